package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.cli.ImportSource.Candidate;
import io.sketchstream.cli.ImportSource.Visitor;
import io.sketchstream.cli.Server.Answer;
import io.sketchstream.events.Sha256;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// Uploads files: one PUT each, a bounded number in flight, with retries while the server is busy
/// or restarts. Memory does not grow with the number of files.
///
/// **Threads:** one virtual thread for each request in flight, joined before [#run] returns.
final class GalleryImport {
  /// Larger files are read from disk twice: for the id, and to send.
  private static final int IN_MEMORY_BYTES_MAX = 16 << 20;

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int BREAK_OFF_WAIT_MILLIS = 500;

  /// Longest URI in the request line, of which a server accepts 4,096 characters in all.
  private static final int URI_LENGTH_MAX = 2_000;

  private final Server server;
  private final int concurrency;
  private final String gallery;
  private final ProgressLine progress;

  GalleryImport(Server server, int concurrency, PrintWriter err) {
    this(server, concurrency, "", err);
  }

  /// @param gallery that the images go into; empty for none
  GalleryImport(Server server, int concurrency, String gallery, PrintWriter err) {
    this.server = server;
    this.concurrency = concurrency;
    this.gallery = gallery;
    progress = new ProgressLine(err);
  }

  /// Uploads everything.
  ///
  /// @throws CommandFailure when there is no server to begin with
  ImportReport run(ImportSource candidates) throws InterruptedException {
    ImportReport report = new ImportReport();
    run(candidates, report);
    return report;
  }

  /// Uploads everything and adds the outcomes to a report.
  ///
  /// @throws CommandFailure when there is no server to begin with
  void run(ImportSource candidates, ImportReport report) throws InterruptedException {
    Server.expectJson(server.get("/v1/gallery", Map.of()));
    AtomicLong total = new AtomicLong(-1);
    Semaphore inFlight = new Semaphore(concurrency);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.execute(() -> total.set(count(candidates)));
      candidates.each(
          new Visitor() {
            @Override
            public void image(Candidate candidate) throws InterruptedException {
              inFlight.acquire();
              threads.execute(() -> {
                try {
                  deliver(candidate, report);
                } catch (RuntimeException bug) {
                  report.undelivered(candidate.file(), bug.toString());
                  throw bug;
                } finally {
                  inFlight.release();
                }
                progress.images("importing", report.done(), total.get(), report.seconds());
              });
            }

            @Override
            public void photoLeftOut(Path file, String format) {
              report.leftOut(format);
            }

            @Override
            public void other(Path file) {
              report.other();
            }

            @Override
            public void unreadable(Path file, IOException reason) {
              report.undelivered(file, "can't be read: " + Reasons.of(reason));
            }
          });
    }
    progress.clear();
  }

  private static long count(ImportSource candidates) {
    long[] count = new long[1];
    try {
      candidates.each(
          new Visitor() {
            @Override
            public void image(Candidate candidate) {
              count[0]++;
            }

            @Override
            public void unreadable(Path file, IOException reason) {
              count[0]++;
            }
          });
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return -1;
    }
    return count[0];
  }

  private void deliver(Candidate candidate, ImportReport report) {
    Path file = candidate.file();
    try {
      Upload upload = Upload.of(file);
      Map<String, String> query = new LinkedHashMap<>();
      query.put("title", candidate.title());
      query.put("tags", candidate.tags());
      query.put("uri", uri(file));
      query.put("gallery", gallery);
      Answer answer = putPatiently(server, "/v1/images/" + upload.id, query, upload.body);
      if (answer.ok()) {
        JsonNode json = answer.json();
        report.delivered(
            !json.path("status").asText().equals("unchanged"),
            upload.size,
            json.path("position").asText(""));
      } else if (answer.status() >= 400 && answer.status() < 500 && !answer.overloaded()) {
        report.rejected(file, withoutId(answer.problem(), upload.id));
      } else {
        report.undelivered(file, withoutId(answer.problem(), upload.id));
      }
    } catch (IOException e) {
      report.undelivered(file, Reasons.of(e));
    } catch (UncheckedIOException e) {
      report.undelivered(file, Reasons.of(e.getCause()));
    } catch (CommandFailure e) {
      report.undelivered(file, e.getMessage());
    } catch (InterruptedException _) {
      report.undelivered(file, "interrupted");
      Thread.currentThread().interrupt();
    }
  }

  /// The URI of the file, unless it is longer than a server or a request line accepts.
  private static String uri(Path file) {
    String uri = file.toAbsolutePath().normalize().toUri().toString();
    return Server.encode(uri).length() <= URI_LENGTH_MAX ? uri : "";
  }

  /// Retries while the server is busy or unreachable, up to [#PATIENCE].
  static Answer putPatiently(
      Server server, String path, Map<String, String> query, BodyPublisher body)
      throws IOException, InterruptedException {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      long waitMillis;
      try {
        Answer answer = server.put(path, query, body);
        if (!answer.overloaded() || System.nanoTime() > giveUp) {
          return answer;
        }
        waitMillis = answer.retrySeconds() * 1000L;
      } catch (IOException e) {
        if (System.nanoTime() > giveUp) {
          throw e;
        }
        waitMillis = BREAK_OFF_WAIT_MILLIS;
      }
      Thread.sleep(waitMillis);
    }
  }

  /// Problem details begin with the image id, which the user does not know.
  static String withoutId(String problem, String id) {
    return problem.startsWith(id + ": ") ? problem.substring(id.length() + 2) : problem;
  }

  /// One upload.
  private record Upload(String id, long size, BodyPublisher body) {
    static Upload of(Path file) throws IOException {
      long size = Files.size(file);
      if (size > IN_MEMORY_BYTES_MAX) {
        return new Upload(Sha256.hex(file), size, BodyPublishers.ofFile(file));
      }
      byte[] bytes = Files.readAllBytes(file);
      return new Upload(Sha256.hex(bytes), bytes.length, BodyPublishers.ofByteArray(bytes));
    }
  }
}
