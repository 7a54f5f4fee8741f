package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/// Hits as lines of text.
final class HitTable {
  private static final int ID_WIDTH = 16;
  private static final int TITLE_WIDTH = 36;

  private HitTable() {}

  static void print(JsonNode answer, PrintWriter out) {
    List<JsonNode> hits = SearchCommand.hits(answer);
    String row = "%4s  %6s  %-" + ID_WIDTH + "s  %-" + TITLE_WIDTH + "s  %s%n";
    if (!hits.isEmpty()) {
      out.printf(Locale.ROOT, row, "rank", "score", "id", "title", "uri");
    }
    int rank = 1;
    for (JsonNode hit : hits) {
      out.printf(
          Locale.ROOT,
          row,
          rank++,
          SearchCommand.score(hit),
          cut(hit.path("imageId").asText(), ID_WIDTH),
          cut(hit.path("title").asText(), TITLE_WIDTH),
          printable(hit.path("uri").asText()));
    }
    JsonNode shards = answer.path("shards");
    out.printf(
        Locale.ROOT,
        "%d hits in %.0f ms, generation %s%s%n",
        hits.size(),
        answer.path("tookMillis").asDouble(),
        answer.path("generation").asText("?"),
        shards.path("answered").asInt() < shards.path("total").asInt()
            ? " (only %d of %d shards answered)"
                .formatted(shards.path("answered").asInt(), shards.path("total").asInt())
            : "");
  }

  /// A text that fits its column and does nothing to the terminal.
  static String cut(String text, int width) {
    String clean = printable(text);
    return clean.codePointCount(0, clean.length()) <= width
        ? clean
        : clean.substring(0, clean.offsetByCodePoints(0, width - 1)) + "…";
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
