package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.cli.Candidates.Candidate;
import io.sketchstream.cli.Candidates.Visitor;
import io.sketchstream.cli.Server.Answer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// Sends files to the server: one PUT each, a bounded number in flight, patient with a server that
/// is busy or restarts. Memory does not grow with the number of files.
///
/// **Threads:** one virtual thread for each request in flight, joined before [#run] returns.
final class GalleryImport {
  /// Larger files are streamed from the disk, twice: once for the id, once to send.
  private static final int IN_MEMORY_BYTES_MAX = 16 << 20;

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration STALL_MAX = Duration.ofMinutes(1);
  private static final int BREAK_OFF_WAIT_MILLIS = 500;

  private final Server server;
  private final int concurrency;
  private final ProgressLine progress;

  GalleryImport(Server server, int concurrency, PrintWriter err) {
    this.server = server;
    this.concurrency = concurrency;
    progress = new ProgressLine(err);
  }

  /// Delivers everything.
  ///
  /// @throws CommandFailure when there is no server to begin with
  ImportReport run(Candidates candidates) throws InterruptedException {
    Server.expectJson(server.get("/v1/images", Map.of()));
    ImportReport report = new ImportReport();
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
            public void other(Path file) {
              report.other();
            }

            @Override
            public void unreadable(Path file, IOException reason) {
              report.undelivered(file, "can't be read: " + reason(reason));
            }
          });
    }
    progress.clear();
    return report;
  }

  /// Waits until a search sees everything that was delivered. Gives up when nothing moves any more.
  ///
  /// @return whether it does
  boolean awaitSearchable(ImportReport report) throws InterruptedException {
    String after = report.positionTokens();
    if (after.isEmpty()) {
      return true;
    }
    Searchable searchable = new Searchable(server, after);
    long lowest = Long.MAX_VALUE;
    long moved = System.nanoTime();
    while (!searchable.reached()) {
      long lag = searchable.lag();
      if (lag < lowest) {
        lowest = lag;
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > STALL_MAX.toNanos()) {
        progress.clear();
        progress.line(
            "not searchable yet: "
                + searchable.reason()
                + "; see 'sketchstream status' (the images are safe)");
        return false;
      }
      progress.waiting("making them searchable", lag);
    }
    progress.clear();
    return true;
  }

  private static long count(Candidates candidates) {
    long[] count = new long[1];
    try {
      candidates.each(
          new Visitor() {
            @Override
            public void image(Candidate candidate) {
              count[0]++;
            }

            @Override
            public void other(Path file) {}

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
      query.put("uri", file.toAbsolutePath().normalize().toUri().toString());
      Answer answer = putPatiently("/v1/images/" + upload.id, query, upload.body);
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
      report.undelivered(file, reason(e));
    } catch (UncheckedIOException e) {
      report.undelivered(file, reason(e.getCause()));
    } catch (CommandFailure e) {
      report.undelivered(file, e.getMessage());
    } catch (InterruptedException _) {
      report.undelivered(file, "interrupted");
      Thread.currentThread().interrupt();
    }
  }

  /// Tries again while the server is busy or away, as long as patience lasts.
  private Answer putPatiently(String path, Map<String, String> query, BodyPublisher body)
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

  /// Problems begin with the input's name, which here is the hash of the file.
  private static String withoutId(String problem, String id) {
    return problem.startsWith(id + ": ") ? problem.substring(id.length() + 2) : problem;
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file";
    }
    return e.getMessage() == null
        ? e.getClass().getSimpleName().toLowerCase(Locale.ROOT)
        : e.getMessage();
  }

  /// A file on its way.
  private record Upload(String id, long size, BodyPublisher body) {
    static Upload of(Path file) throws IOException {
      long size = Files.size(file);
      if (size > IN_MEMORY_BYTES_MAX) {
        return new Upload(ContentId.of(file), size, BodyPublishers.ofFile(file));
      }
      byte[] bytes = Files.readAllBytes(file);
      return new Upload(ContentId.of(bytes), bytes.length, BodyPublishers.ofByteArray(bytes));
    }
  }
}
