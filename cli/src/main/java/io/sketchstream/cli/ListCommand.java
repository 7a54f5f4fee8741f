package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `list`: what the gallery holds, newest first. Pages are printed as they come, so memory does not
/// grow with the gallery.
@Command(
    name = "list",
    description = "List the images of the gallery, newest first.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream list",
      "  sketchstream list --text 'red boat' --filter 'tag:holiday and ingested > 2026-01-31'",
      "  sketchstream list --tags",
      "  sketchstream list --all --json | jq -r .imageId | xargs sketchstream delete"
    })
final class ListCommand implements Callable<Integer> {
  private static final int PAGE_MAX = 1000;
  private static final int ID_WIDTH = 16;
  private static final int FULL_ID_WIDTH = 64;
  private static final int TITLE_WIDTH = 36;
  private static final int TAGS_MAX = 100;

  @Mixin private ServerOption server;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      defaultValue = "50",
      description = "How many images at most (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--all", description = "All of them.")
  private boolean all;

  @Option(names = "--filter", description = "Only images that match, such as 'tag:cat'.")
  private String filter = "";

  @Option(names = "--text", description = "Only images with all of these words in title or tags.")
  private String text = "";

  @Option(
      names = "--after",
      paramLabel = "TOKEN",
      description = "Position token of a write that the list must include.")
  private String after = "";

  @Option(names = "--tags", description = "List the tags instead, and how often they occur.")
  private boolean tags;

  @Option(names = "--json", description = "Print the images as JSON, one per line.")
  private boolean json;

  @Option(names = "--full-ids", description = "Don't shorten ids and titles.")
  private boolean fullIds;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--limit must be 1 or more");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Server open = server.open()) {
      if (tags) {
        printTags(page(open, 1, ""), out);
      } else {
        printImages(open, out);
      }
      out.flush();
      return 0;
    }
  }

  private void printImages(Server open, PrintWriter out) {
    long left = all ? Long.MAX_VALUE : limit;
    long shown = 0;
    String cursor = "";
    JsonNode page;
    do {
      page = page(open, (int) Math.min(PAGE_MAX, left), cursor);
      if (shown == 0 && !json && !page.path("images").isEmpty()) {
        printRow(out, "id", "added", "title", "tags");
      }
      for (JsonNode image : page.path("images")) {
        print(image, out);
        shown++;
        left--;
      }
      out.flush();
      cursor = page.path("next").asText();
    } while (left > 0 && !cursor.isEmpty());
    if (!json) {
      out.printf(
          Locale.ROOT,
          "%d of %d images%s%n",
          shown,
          page.path("total").asLong(),
          HitTable.missing(page));
    }
  }

  private JsonNode page(Server open, int count, String cursor) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("limit", Integer.toString(count));
    query.put("cursor", cursor);
    query.put("filter", filter);
    query.put("text", text);
    query.put("after", after);
    query.put("facets", tags ? Integer.toString(TAGS_MAX) : "");
    return Server.expectJson(open.get("/v1/images", query));
  }

  private void print(JsonNode image, PrintWriter out) {
    if (json) {
      out.println(image);
      return;
    }
    String id = image.path("imageId").asText();
    String title = image.path("title").asText();
    String tagList =
        image.path("tags").valueStream().map(JsonNode::asText).collect(Collectors.joining(", "));
    printRow(
        out,
        fullIds ? HitTable.printable(id) : HitTable.cut(id, ID_WIDTH),
        HitTable.cut(image.path("ingestedAt").asText().replaceAll("(\\d)\\.\\d+Z$", "$1Z"), 20),
        fullIds ? HitTable.printable(title) : HitTable.cut(title, TITLE_WIDTH),
        HitTable.printable(tagList));
  }

  private void printRow(PrintWriter out, String id, String added, String title, String tagList) {
    String row =
        "%-" + (fullIds ? FULL_ID_WIDTH : ID_WIDTH) + "s  %-20s  %-" + TITLE_WIDTH + "s  %s";
    out.println(row.formatted(id, added, title, tagList).stripTrailing());
  }

  private static void printTags(JsonNode page, PrintWriter out) {
    List<Map.Entry<String, JsonNode>> counts = List.copyOf(page.path("facets").properties());
    counts.forEach(tag ->
        out.printf(
            Locale.ROOT, "%8d  %s%n", tag.getValue().asInt(), HitTable.printable(tag.getKey())));
    out.printf(
        Locale.ROOT,
        "%d tags in %d images%s%n",
        counts.size(),
        page.path("total").asLong(),
        HitTable.missing(page));
  }
}
