package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `demo`: imports a sample gallery and searches it with sample sketches.
@Command(
    name = "demo",
    description = {
      "Import a sample gallery and search it with sample sketches.",
      "",
      "Without DIR the gallery is the npm package "
          + SampleGallery.PACKAGE
          + " (MIT licence, 16 MB, about 3,000 rendered emoji), which the npm client fetches once."
          + " With DIR it consists of the images in that folder. They go into a separate gallery,"
          + " named demo; --remove removes it."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream demo",
      "  sketchstream demo ~/Pictures --sheet found.png",
      "  sketchstream demo --remove"
    })
final class DemoCommand implements Callable<Integer> {
  /// Each finds itself first in the sample gallery with the default model.
  static final List<String> SKETCHES =
      List.of("bell", "bicycle", "butterfly", "camera", "heart", "mushroom", "tree", "umbrella");

  /// The gallery of the sample images.
  static final String GALLERY = "demo";

  private static final int CONCURRENCY = 8;
  private static final int HITS = 8;
  private static final int NAMED = 5;

  @Mixin private ServerOption server;

  @Parameters(arity = "0..1", paramLabel = "DIR", description = "Images to use instead.")
  private Path folder;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description =
          "Where the sample gallery is kept (default: $$SKETCHSTREAM_HOME, or ~/.sketchstream).",
      defaultValue = "${env:SKETCHSTREAM_HOME:-${sys:user.home}/.sketchstream}")
  private Path home;

  @Option(
      names = "--sheet",
      paramLabel = "PNG",
      description = "File for the contact sheet (default: demo.png in the home).")
  private Path sheet;

  @Option(names = "--remove", description = "Remove only the images of the gallery demo.")
  private boolean remove;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (folder != null && !Files.isDirectory(folder)) {
      throw new ParameterException(spec.commandLine(), folder + ": no such folder");
    }
    if (remove && folder != null) {
      throw new ParameterException(spec.commandLine(), "--remove takes no folder");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Server open = server.open()) {
      if (remove) {
        return new GalleryRemoval(open, spec).run("gallery:" + GALLERY, true);
      }
      GalleryImport gallery =
          new GalleryImport(open, CONCURRENCY, GALLERY, spec.commandLine().getErr());
      Server.expectJson(open.get("/v1/gallery", Map.of())); // Before anything is fetched.
      ImportReport report = gallery.run(candidates(out));
      boolean searchable =
          new SearchableWait(open, spec.commandLine().getErr())
              .await("making them searchable", report.positions());
      ImportCommand.print(report, out);
      if (!searchable) {
        return Main.FAILED;
      }
      out.println();
      search(open, out);
      return ImportCommand.exitCode(report, searchable);
    }
  }

  private ImportSource candidates(PrintWriter out) throws InterruptedException {
    return folder == null
        ? new SampleGallery(home.resolve("demo")).fetch(out)
        : new ImageFiles(List.of(folder), "");
  }

  private void search(Server open, PrintWriter out) {
    ContactSheet contacts = new ContactSheet(open);
    for (String name : SKETCHES) {
      SketchFile sketch = sketch(name);
      JsonNode answer =
          Server.expectJson(
              open.post(
                  "/v1/search",
                  Map.of("k", Integer.toString(HITS), "filter", "gallery:" + GALLERY),
                  sketch.contentType(),
                  sketch.bytes()));
      List<JsonNode> hits = HitTable.hits(answer);
      out.printf(
          Locale.ROOT,
          "%-10s %s%n",
          name,
          String.join(
              "  |  ",
              hits.stream()
                  .limit(NAMED)
                  .map(hit -> HitTable.cut(hit.path("title").asText(), 24))
                  .toList()));
      out.flush();
      contacts.add(name, sketch, hits);
    }
    Path target = sheet == null ? home.resolve("demo.png") : sheet;
    contacts.write(target);
    out.println();
    out.println("sheet: " + target.toAbsolutePath().normalize());
    out.println("draw your own: " + open.base());
    out.flush();
  }

  private static SketchFile sketch(String name) {
    try (InputStream in = DemoCommand.class.getResourceAsStream("demo/" + name + ".json")) {
      if (in == null) {
        throw new IllegalStateException("no sample sketch " + name);
      }
      return SketchFile.of(in.readAllBytes(), name);
    } catch (IOException e) { // Resources have no I/O errors.
      throw new java.io.UncheckedIOException(e);
    }
  }
}
