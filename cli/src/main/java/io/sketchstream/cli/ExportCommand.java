package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `export`: images, their attributes and labels as a tar archive, see [GalleryArchive]. It holds
/// one page of the gallery and the ids of the exported images in memory.
///
/// **Owns:** a thread for each image that is being fetched, eight at most.
@Command(
    name = "export",
    description = {
      "Save images, their attributes and labels in a tar archive for 'import'.",
      "",
      "The images are the stored JPEGs, not the originals. Labelled sketches are included unless"
          + " --filter or --text restricts the images. Models are not included."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream export gallery.tar",
      "  sketchstream export --filter 'tag:holiday' holiday.tar",
      "  sketchstream export --vectors gallery.tar"
    })
final class ExportCommand implements Callable<Integer> {
  private static final int PAGE_SIZE = 200;
  private static final int CONCURRENCY = 8;
  private static final int NOT_FOUND = 404;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "FILE.tar", description = "Archive to write.")
  private Path file;

  @Option(names = "--filter", description = "Only images that match, such as 'tag:cat'.")
  private String filter = "";

  @Option(names = "--text", description = "Only images with all of these words in title or tags.")
  private String text = "";

  @Option(
      names = "--vectors",
      description = "Also save the vectors of the active model; 'import' ignores them.")
  private boolean vectors;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (!ArchiveImport.isNamed(file)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          file + ": an archive's name ends with .tar, so that 'import' knows it");
    }
    try (StopSignal _ = new StopSignal()) { // So that Ctrl-C leaves no half archive behind.
      return save(
          file.resolveSibling(file.getFileName() + ".part"),
          file.resolveSibling(file.getFileName() + ".labels.part"));
    }
  }

  /// @param part archive that gets its name when it is whole
  /// @param lines all labels
  private int save(Path part, Path lines) throws InterruptedException {
    long count;
    long labels;
    try (Server open = server.open()) {
      try (GalleryArchive.Writer archive =
          new GalleryArchive.Writer(new BufferedOutputStream(Files.newOutputStream(part)))) {
        Set<String> exported = new HashSet<>();
        count = export(open, archive, exported);
        boolean whole = filter.isBlank() && text.isBlank();
        labels = new LabelExport(archive, exported, whole).run(open, lines);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CommandFailure(file + ": can't be written: " + Reasons.of(e));
    } finally {
      deleteQuietly(part);
      deleteQuietly(lines);
    }
    spec.commandLine()
        .getOut()
        .printf(Locale.ROOT, "%s: %d images, %d labels%n", file, count, labels);
    spec.commandLine().getOut().flush();
    return 0;
  }

  /// @param exported gets the ids of the images
  private long export(Server open, GalleryArchive.Writer archive, Set<String> exported)
      throws IOException, InterruptedException {
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
    long start = System.nanoTime();
    long count = 0;
    String cursor = "";
    String generation = "";
    try (ExecutorService threads =
        Executors.newFixedThreadPool(CONCURRENCY, Thread.ofVirtual().factory())) {
      do {
        JsonNode page = page(open, cursor);
        List<GalleryArchive.Entry> entries = fetched(open, page, threads);
        entries.forEach(entry -> exported.add(entry.id()));
        if (vectors) {
          VectorPage taken = new VectorPage(page, generation);
          entries.forEach(taken::take);
          archive.addVectors(taken.lines());
          generation = taken.generation();
        }
        count += archive.add(entries);
        cursor = page.path("next").asText();
        double seconds = (System.nanoTime() - start) / 1e9;
        progress.images("exporting", count, page.path("total").asLong(), seconds);
      } while (!cursor.isEmpty());
    }
    progress.clear();
    return count;
  }

  private JsonNode page(Server open, String cursor) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("limit", Integer.toString(PAGE_SIZE));
    query.put("cursor", cursor);
    query.put("filter", filter);
    query.put("text", text);
    query.put("complete", "true");
    query.put("vectors", vectors ? "true" : "");
    return Server.expectJson(open.get("/v1/images", query));
  }

  /// The images of a page in order, without those removed meanwhile.
  private static List<GalleryArchive.Entry> fetched(
      Server open, JsonNode page, ExecutorService threads) throws InterruptedException {
    List<Future<Optional<GalleryArchive.Entry>>> coming = new ArrayList<>();
    for (JsonNode image : page.path("images")) {
      coming.add(threads.submit(() -> fetch(open, image)));
    }
    List<GalleryArchive.Entry> entries = new ArrayList<>();
    for (Future<Optional<GalleryArchive.Entry>> entry : coming) {
      try {
        entry.get().ifPresent(entries::add);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      } catch (ExecutionException e) {
        throw e.getCause() instanceof CommandFailure failure
            ? failure
            : new IllegalStateException(e.getCause());
      }
    }
    return entries;
  }

  private static Optional<GalleryArchive.Entry> fetch(Server open, JsonNode image) {
    String id = image.path("imageId").asText();
    Server.Answer answer = open.get("/v1/images/" + Server.encode(id), Map.of());
    if (answer.status() == NOT_FOUND) {
      return Optional.empty();
    }
    if (!answer.ok()) {
      throw new CommandFailure(id + ": " + answer.problem());
    }
    return Optional.of(new GalleryArchive.Entry(image, answer.body()));
  }

  private static void deleteQuietly(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException _) {
      // It is in the way of nothing.
    }
  }
}
