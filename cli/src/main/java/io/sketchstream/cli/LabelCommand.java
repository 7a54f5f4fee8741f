package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `label`: examples to learn from.
@Command(
    name = "label",
    description = {
      "Say what sketches and images show, for training to learn from.",
      "",
      "DIR has a folder for each class with sketches in it (pictures, or *.ndjson of Quick, Draw!)."
          + " FILE has a JSON object a line, as POST /v1/labels takes them:"
          + " {\"imageId\": ..., \"class\": ...} or {\"strokes\": ..., \"class\": ...}."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream label sketches/",
      "  sketchstream label --images photos/",
      "  sketchstream label --file labels.jsonl",
      "  sketchstream label --list",
      "  sketchstream label --feedback house.png --class house --right 1,2,5 --wrong 3"
    })
final class LabelCommand implements Callable<Integer> {
  private static final int BATCH_BYTES = 1 << 20;

  @Mixin private ServerOption server;

  @Parameters(arity = "0..1", paramLabel = "DIR", description = "A folder for each class.")
  private Path folder;

  @Option(names = "--file", paramLabel = "FILE", description = "Labels as JSON lines.")
  private Path file;

  @Option(
      names = "--images",
      description = "The files in DIR are images that were imported, not sketches.")
  private boolean images;

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who says so (default: ${DEFAULT-VALUE}).")
  private String labelledBy = System.getProperty("user.name", "");

  @Option(names = "--list", description = "Show how many examples of each class are labelled.")
  private boolean list;

  @CommandLine.ArgGroup(exclusive = false, heading = "%nOf the hits of a search:%n")
  private Feedback feedback;

  @Spec private CommandLine.Model.CommandSpec spec;

  private final ByteArrayOutputStream batch = new ByteArrayOutputStream();
  private long accepted;
  private long rejected;
  private long linesBefore;
  private long linesInBatch;

  @Override
  public Integer call() {
    long ways =
        Stream.of(folder != null, file != null, list, feedback != null).filter(w -> w).count();
    if (ways != 1) {
      throw new ParameterException(
          spec.commandLine(), "name one of a folder, --file, --list and --feedback");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Server open = server.open()) {
      if (list) {
        return LabelCounts.print(open, out);
      }
      if (feedback != null) {
        for (ObjectNode label : feedback.ask(open, spec.commandLine(), labelledBy)) {
          add(open, label.toString());
        }
      } else if (file != null) {
        lines(open, file);
      } else {
        classes(open);
      }
      flush(open);
    } catch (IOException e) {
      throw new CommandFailure("can't read " + Server.text(e));
    } catch (UncheckedIOException e) {
      throw new CommandFailure("can't read " + Server.text(e.getCause()));
    }
    out.printf("%,d labels accepted, %,d rejected%n", accepted, rejected);
    out.flush();
    return rejected == 0 ? 0 : Main.FAILED;
  }

  private void lines(Server open, Path path) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(path)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        add(open, line);
      }
    }
  }

  private void classes(Server open) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure(folder + ": no such folder");
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
        String className = path.toAbsolutePath().getParent().getFileName().toString();
        if (!images && path.toString().endsWith(".ndjson")) {
          drawings(open, path, className);
        } else if (!path.getFileName().toString().startsWith(".")) {
          ObjectNode label = label(className);
          if (images) {
            label.put("imageId", ContentId.of(path));
          } else {
            label.put("sketch", Files.readAllBytes(path));
          }
          add(open, label.toString());
        }
      }
    }
  }

  private void drawings(Server open, Path path, String className) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(path)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        ObjectNode label = label(className);
        label.set("strokes", drawing(path, line));
        add(open, label.toString());
      }
    }
  }

  private static JsonNode drawing(Path path, String line) throws IOException {
    try {
      JsonNode drawing = Server.JSON.readTree(line);
      return drawing.isObject() ? drawing.path("drawing") : drawing;
    } catch (JacksonException e) {
      throw new CommandFailure(path + ": not valid JSON: " + e.getOriginalMessage());
    }
  }

  private ObjectNode label(String className) {
    ObjectNode label = Server.JSON.createObjectNode();
    label.put("class", className);
    label.put("labelledBy", labelledBy);
    return label;
  }

  private void add(Server open, String line) {
    linesInBatch++;
    batch.writeBytes(line.getBytes(UTF_8));
    batch.write('\n');
    if (batch.size() >= BATCH_BYTES) {
      flush(open);
    }
  }

  private void flush(Server open) {
    if (batch.size() == 0) {
      return;
    }
    JsonNode answer =
        Server.expectJson(
            open.post("/v1/labels", Map.of(), "application/x-ndjson", batch.toByteArray()));
    accepted += answer.path("accepted").asLong() + answer.path("withdrawn").asLong();
    PrintWriter err = spec.commandLine().getErr();
    for (JsonNode error : answer.path("errors")) {
      err.printf(
          "line %d: %s%n",
          linesBefore + error.path("line").asLong(), error.path("detail").asText());
    }
    err.flush();
    rejected += answer.path("rejected").asLong(answer.path("errors").size());
    linesBefore += linesInBatch;
    linesInBatch = 0;
    batch.reset();
  }
}
