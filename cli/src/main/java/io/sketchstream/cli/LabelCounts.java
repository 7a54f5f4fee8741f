package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/// Prints the number of labelled examples of each class.
final class LabelCounts {
  private static final int NAME_WIDTH = 32;

  private LabelCounts() {}

  static int print(Server server, PrintWriter out) {
    JsonNode count = Server.expectJson(server.get("/v1/training/labels", Map.of()));
    if (!count.path("classes").isEmpty()) {
      out.printf("%-" + NAME_WIDTH + "s %9s %9s%n", "class", "photos", "sketches");
    }
    for (JsonNode each : count.path("classes")) {
      out.printf(
          Locale.ROOT,
          "%-" + NAME_WIDTH + "s %,9d %,9d%n",
          HitTable.cut(each.path("name").asText(), NAME_WIDTH),
          each.path("photos").asLong(),
          each.path("sketches").asLong());
    }
    out.printf(
        Locale.ROOT,
        "%,d labels of %,d classes; people disagree about %,d examples%n",
        count.path("labels").asLong(),
        count.path("classes").size(),
        count.path("contradictory").asLong());
    out.flush();
    return 0;
  }
}
