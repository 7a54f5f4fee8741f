package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// Labels from a search: the class of the sketch, and which hits are right or wrong.
final class SearchLabels {
  @Option(
      names = "--feedback",
      required = true,
      paramLabel = "SKETCH",
      description = "Search with this sketch and say which hits are right.")
  private Path sketch;

  @Option(
      names = "--class",
      required = true,
      paramLabel = "NAME",
      description = "What the sketch shows.")
  private String className;

  @Option(names = "-k", defaultValue = "10", description = "How many hits (${DEFAULT-VALUE}).")
  private int k;

  @Option(
      names = "--right",
      paramLabel = "RANKS",
      description = "Ranks of right hits, such as 1,2,5. Without --right and --wrong, it asks.")
  private String right;

  @Option(names = "--wrong", paramLabel = "RANKS", description = "Ranks of wrong hits.")
  private String wrong;

  /// Searches, asks for the ranks if none were given, and returns the labels.
  List<ObjectNode> ask(Server server, CommandLine line, String labelledBy) throws IOException {
    SketchFile file = SketchFile.read(sketch);
    JsonNode answer =
        Server.expectJson(
            server.post(
                "/v1/search", Map.of("k", Integer.toString(k)), file.contentType(), file.bytes()));
    PrintWriter out = line.getOut();
    HitTable.print(answer, false, out);
    if (right == null && wrong == null) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      right = question(in, out, "Which ones show " + className + "? (ranks, Enter for none) ");
      wrong = question(in, out, "Which ones do not? ");
    }
    List<JsonNode> hits = HitTable.hits(answer);
    List<ObjectNode> labels = new ArrayList<>();
    labels.add(ofSketch(file));
    ranks(line, right, hits.size()).forEach(rank -> labels.add(ofHit(hits.get(rank - 1), false)));
    ranks(line, wrong, hits.size()).forEach(rank -> labels.add(ofHit(hits.get(rank - 1), true)));
    labels.forEach(label -> label.put("class", className).put("labelledBy", labelledBy));
    return labels;
  }

  private static String question(BufferedReader in, PrintWriter out, String text)
      throws IOException {
    out.print(text);
    out.flush();
    String answer = in.readLine();
    return answer == null ? "" : answer;
  }

  private static ObjectNode ofSketch(SketchFile file) throws IOException {
    ObjectNode label = Server.JSON.createObjectNode();
    if (file.contentType().equals("application/json")) {
      JsonNode json = Server.JSON.readTree(file.bytes());
      label.set("strokes", json.isObject() ? json.path("drawing") : json);
    } else {
      label.put("sketch", file.bytes());
    }
    return label;
  }

  private static ObjectNode ofHit(JsonNode hit, boolean wrong) {
    ObjectNode label = Server.JSON.createObjectNode();
    label.put("imageId", hit.path("imageId").asText());
    if (wrong) {
      label.put("wrong", true);
    }
    return label;
  }

  private static List<Integer> ranks(CommandLine line, String text, int hits) {
    if (text == null || text.isBlank()) {
      return List.of();
    }
    List<Integer> ranks = new ArrayList<>();
    for (String word : Arrays.asList(text.strip().split("[\\s,]+"))) {
      if (!word.matches("\\d{1,4}")
          || Integer.parseInt(word) < 1
          || Integer.parseInt(word) > hits) {
        throw new ParameterException(line, "'" + word + "' is not a rank of the " + hits + " hits");
      }
      ranks.add(Integer.parseInt(word));
    }
    return ranks;
  }
}
