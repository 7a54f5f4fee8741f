package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/// Prints hits as a table.
final class HitTable {
  private static final int ID_WIDTH = 16;
  private static final int FULL_ID_WIDTH = 64;
  private static final int TITLE_WIDTH = 36;

  private HitTable() {}

  /// @param full whether ids and titles are printed whole
  static void print(JsonNode answer, boolean full, PrintWriter out) {
    List<JsonNode> hits = hits(answer);
    String row =
        "%4s  %6s  %-" + (full ? FULL_ID_WIDTH : ID_WIDTH) + "s  %-" + TITLE_WIDTH + "s  %s%n";
    if (!hits.isEmpty()) {
      out.printf(Locale.ROOT, row, "rank", "score", "id", "title", "uri");
    }
    int rank = 1;
    for (JsonNode hit : hits) {
      out.printf(
          Locale.ROOT,
          row,
          rank++,
          score(hit),
          full
              ? printable(hit.path("imageId").asText())
              : cut(hit.path("imageId").asText(), ID_WIDTH),
          full
              ? printable(hit.path("title").asText())
              : cut(hit.path("title").asText(), TITLE_WIDTH),
          printable(hit.path("uri").asText()));
    }
    out.printf(
        Locale.ROOT,
        "%d hits in %.0f ms, generation %s%s%n",
        hits.size(),
        answer.path("tookMillis").asDouble(),
        answer.path("generation").asText("?"),
        missing(answer));
  }

  /// Says which part of the gallery is missing in an answer; empty if none is.
  static String missing(JsonNode answer) {
    JsonNode shards = answer.path("shards");
    return shards.path("answered").asInt() < shards.path("total").asInt()
        ? " (only %d of %d shards answered)"
            .formatted(shards.path("answered").asInt(), shards.path("total").asInt())
        : "";
  }

  static List<JsonNode> hits(JsonNode answer) {
    return answer.path("hits").valueStream().toList();
  }

  /// Formats the score of a hit.
  static String score(JsonNode hit) {
    return String.format(Locale.ROOT, "%.3f", hit.path("score").asDouble());
  }

  /// Cuts a text to a column, without control characters.
  static String cut(String text, int width) {
    String clean = printable(text);
    return clean.codePointCount(0, clean.length()) <= width
        ? clean
        : clean.substring(0, clean.offsetByCodePoints(0, width - 1)) + "…";
  }

  /// A text without control characters.
  static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
