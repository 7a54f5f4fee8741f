package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sketchstream.cli.Server.Answer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/// Imports the images of a [GalleryArchive], with their ids and attributes, and their labels.
///
/// **Threads:** a virtual one for each request in flight.
final class ArchiveImport {
  /// Part of a request line, of which a server accepts 4,096 characters in all.
  private static final int QUERY_LENGTH_MAX = 3_000;

  private final Server server;
  private final int concurrency;
  private final String gallery;
  private final List<String> tags;
  private final PrintWriter err;
  private final ProgressLine progress;

  /// @param gallery that the images go into; empty: each into its own
  /// @param tags that every image gets beside its own
  ArchiveImport(
      Server server, int concurrency, String gallery, List<String> tags, PrintWriter err) {
    this.gallery = gallery;
    this.tags = tags;
    this.err = err;
    this.server = server;
    this.concurrency = concurrency;
    this.progress = new ProgressLine(err);
  }

  static boolean isArchive(Path file) {
    return isNamed(file) && Files.isRegularFile(file);
  }

  /// Whether a file has the name of an archive.
  static boolean isNamed(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".tar");
  }

  /// Delivers all images of an archive.
  void run(Path file, ImportReport report) throws InterruptedException {
    Semaphore inFlight = new Semaphore(concurrency);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      GalleryArchive.read(
          in,
          new GalleryArchive.Visitor() {
            @Override
            public void image(GalleryArchive.Entry entry) throws InterruptedException {
              inFlight.acquire();
              threads.execute(() -> {
                try {
                  deliver(file, entry, report);
                } catch (RuntimeException bug) {
                  report.undelivered(file, bug.toString());
                  throw bug;
                } finally {
                  inFlight.release();
                }
                progress.images("importing", report.done(), -1, report.seconds());
              });
            }

            @Override
            public void labels(List<String> lines) {
              label(file, lines, report);
            }
          });
    } catch (IOException e) {
      report.undelivered(file, "can't be read: " + Reasons.withFile(e));
    }
    progress.clear();
  }

  /// Labels are not images: the report counts only refused ones.
  private void label(Path file, List<String> lines, ImportReport report) {
    try {
      LabelSender sender = new LabelSender(server, err, "import", false);
      lines.forEach(sender::line);
      sender.flush();
      if (sender.rejected() > 0) {
        report.rejected(file, sender.rejected() + " labels were rejected");
      }
    } catch (CommandFailure e) {
      report.undelivered(file, "its labels: " + e.getMessage());
    }
  }

  private void deliver(Path file, GalleryArchive.Entry entry, ImportReport report) {
    try {
      JsonNode wanted = wanted(entry.attributes());
      Map<String, String> attributes = query(wanted);
      int length =
          attributes.entrySet().stream()
              .mapToInt(one -> Server.encode(one.getKey() + one.getValue()).length() + 2)
              .sum();
      boolean fits = length <= QUERY_LENGTH_MAX;
      String path = "/v1/images/" + Server.encode(entry.id());
      Answer answer =
          GalleryImport.putPatiently(
              server, path, fits ? attributes : Map.of(), BodyPublishers.ofByteArray(entry.jpeg()));
      if (answer.ok() && !fits) {
        answer = server.patch(path, patch(wanted));
      }
      if (answer.ok()) {
        JsonNode json = answer.json();
        report.delivered(
            !json.path("status").asText().equals("unchanged"),
            entry.jpeg().length,
            json.path("position").asText(""));
      } else if (answer.overloaded() || answer.status() >= 500) {
        report.undelivered(file, of(entry, answer.problem()));
      } else {
        report.rejected(file, of(entry, answer.problem()));
      }
    } catch (IOException e) {
      report.undelivered(file, of(entry, Reasons.withFile(e)));
    } catch (CommandFailure e) {
      report.undelivered(file, of(entry, e.getMessage()));
    } catch (InterruptedException _) {
      report.undelivered(file, of(entry, "interrupted"));
      Thread.currentThread().interrupt();
    }
  }

  private static String of(GalleryArchive.Entry entry, String reason) {
    return entry.id() + ": " + GalleryImport.withoutId(reason, entry.id());
  }

  /// The exported attributes with those that the command line names.
  private JsonNode wanted(JsonNode exported) {
    ObjectNode all = exported.deepCopy();
    if (!gallery.isEmpty()) {
      all.withObjectProperty("extra").put("gallery", gallery);
    }
    tags.forEach(all.withArrayProperty("tags")::add);
    return all;
  }

  private static Map<String, String> query(JsonNode attributes) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("title", attributes.path("title").asText(""));
    query.put(
        "tags",
        attributes
            .path("tags")
            .valueStream()
            .map(JsonNode::asText)
            .collect(Collectors.joining(",")));
    query.put("uri", attributes.path("uri").asText(""));
    attributes
        .path("extra")
        .properties()
        .forEach(extra ->
            query.put("extra." + Server.encode(extra.getKey()), extra.getValue().asText("")));
    return query;
  }

  private static byte[] patch(JsonNode attributes) {
    ObjectNode patch = Server.JSON.createObjectNode();
    for (String name : new String[] {"title", "tags", "uri", "extra"}) {
      if (attributes.hasNonNull(name)) {
        patch.set(name, attributes.get(name));
      }
    }
    return patch.toString().getBytes(UTF_8);
  }
}
