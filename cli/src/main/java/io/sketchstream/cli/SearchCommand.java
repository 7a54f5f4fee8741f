package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `search`: finds images that look like a sketch.
@Command(
    name = "search",
    description = {
      "Find the images that look like a sketch.",
      "",
      "A sketch is a picture, dark on light (png, jpg, webp, gif, bmp, svg), or strokes as JSON:"
          + " [[[x, ...], [y, ...]], ...], or an object with that as \"drawing\", as in Quick,"
          + " Draw!; of a file of JSON lines, the first line is used."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream search house.png",
      "  sketchstream search -k 30 --sheet hits.png house.svg",
      "  sketchstream search --filter 'tag:shoes' --text red strokes.json",
      "  sketchstream search --like 3f0a... --unlike 77b1... house.png",
      "  sketchstream search --photo house.jpg",
      "  sketchstream search --json house.png | jq -r '.hits[].uri'"
    })
final class SearchCommand implements Callable<Integer> {
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "SKETCH", description = "File of the sketch.")
  private Path file;

  @Option(names = "--text", description = "Words to look for in titles and tags.")
  private String text = "";

  @Option(
      names = "--after",
      paramLabel = "TOKEN",
      description = "Position token of a write that the answer must include.")
  private String after = "";

  @Option(
      names = "--like",
      paramLabel = "ID",
      split = ",",
      description = "Relevant images: the search moves towards them.")
  private List<String> like = List.of();

  @Option(
      names = "--unlike",
      paramLabel = "ID",
      split = ",",
      description = "Irrelevant images: the search moves away from them.")
  private List<String> unlike = List.of();

  @Option(names = "--photo", description = "The file is a photo: find images like it.")
  private boolean photo;

  @Option(
      names = "--sheet",
      paramLabel = "PNG",
      description = "Also draw the sketch and its hits into this file.")
  private Path sheet;

  @Mixin private HitOptions hits;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    Map<String, String> query = hits.query();
    SketchFile sketch = SketchFile.read(file);
    try (Server open = server.open()) {
      query.put("text", text);
      query.put("after", after);
      query.put("like", String.join(",", like));
      query.put("unlike", String.join(",", unlike));
      query.put("photo", photo ? "true" : "");
      JsonNode answer =
          Server.expectJson(open.post("/v1/search", query, sketch.contentType(), sketch.bytes()));
      PrintWriter out = spec.commandLine().getOut();
      hits.print(answer, out);
      if (sheet != null) {
        ContactSheet contacts = new ContactSheet(open);
        contacts.add(file.getFileName().toString(), sketch, List.copyOf(HitTable.hits(answer)));
        contacts.write(sheet);
        if (!hits.json()) {
          out.println("sheet: " + sheet.toAbsolutePath().normalize());
        }
      }
      out.flush();
      return 0;
    }
  }
}
