package io.sketchstream.benchmarks.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.benchmarks.rollout.Audit.Finding;
import io.sketchstream.benchmarks.rollout.DrillReport.Progress;
import io.sketchstream.benchmarks.rollout.DrillReport.Switch;
import io.sketchstream.benchmarks.rollout.DrillReport.Times;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.shell.threads.Niceness;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Rolls a second model out over a live gallery and back, and checks every answer.
///
/// ```
/// fill ──> watch ──> candidate in ──> backfill ──> active ──> watch, audit ──> rollback ──> audit ──> to and fro
///          └── a writer, a reader and a probe all the while ──────────────────────────────┘
/// ```
///
/// **Threads:** the caller's, and those of writer, reader, probe and vector log, which it owns.
public final class RolloutDrill {
  /// Equal in all phases, because reading the threads of the services costs CPU, too.
  private static final Duration POLL = Duration.ofMillis(250);

  private static final Duration CHECK_MAX = Duration.ofSeconds(30);
  private static final Duration SEARCH_MAX = Duration.ofSeconds(10);
  private static final int FILLERS = 4;

  private final Addresses addresses;
  private final DrillPlan plan;
  private final Supplier<Map<String, Double>> cpuMillis;
  private final List<Progress> progress = new ArrayList<>();

  /// @param cpuMillis of the services so far, by kind of work
  public RolloutDrill(
      Addresses addresses, DrillPlan plan, Supplier<Map<String, Double>> cpuMillis) {
    this.addresses = addresses;
    this.plan = plan;
    this.cpuMillis = cpuMillis;
  }

  /// Runs to the end.
  ///
  /// @throws IllegalStateException when the rollout gets stuck or is refused; says where it was
  public DrillReport run(ModelArtifact candidate) throws IOException, InterruptedException {
    Ledger ledger = new Ledger();
    try (RolloutApi api = new RolloutApi(addresses);
        VectorLog vectors = new VectorLog(addresses.kafka())) {
      String before = api.models().path("active").asText();
      fill(api, ledger);
      awaitFilled(api, ledger);
      try (GalleryWriter writer =
              new GalleryWriter(
                  api, ledger, plan.pictures(), begun(), plan.writesPerSecond(), plan.seed());
          FreshnessProbe probe = new FreshnessProbe(api, ledger, plan);
          SketchReader reader =
              new SketchReader(api, ledger, plan.queries(), plan.k(), plan.searchesPerSecond())) {
        return run(candidate, before, api, ledger, vectors, writer, probe, reader);
      }
    }
  }

  @SuppressWarnings("TooManyParameters") // The parts of a drill, passed once.
  private DrillReport run(
      ModelArtifact candidate,
      String before,
      RolloutApi api,
      Ledger ledger,
      VectorLog vectors,
      GalleryWriter writer,
      FreshnessProbe probe,
      SketchReader reader)
      throws IOException, InterruptedException {
    String generation = candidate.generation().id();
    Audit audit = new Audit(api, ledger, vectors);
    List<Finding> findings = new ArrayList<>();
    watch(ledger, plan.warmUp());
    Niceness.ofOptimisers(); // The JIT compiler of this process must not slow down the searches.
    long start = System.nanoTime();
    watch(ledger, plan.phase());
    long backfill = System.nanoTime();
    api.addModel(candidate.directory());
    long[] readyAndActive = awaitActive(api, ledger, generation);
    long activated = switchSeen(reader, generation, readyAndActive[1]);
    watch(ledger, plan.phase());
    findings.add(audit(audit, writer, probe));
    long rollback = System.nanoTime();
    api.command("/rollback");
    switchSeen(reader, before, rollback);
    watch(ledger, plan.phase());
    findings.add(audit(audit, writer, probe));
    long end = System.nanoTime();
    probe.close();
    writer.close();
    reader.close();
    List<Switch> switches = new SwitchSeries(api, ledger, plan).run(before, generation);
    return new DrillReport(
        before,
        generation,
        new Times(start, backfill, readyAndActive[0], activated, rollback, end),
        reader.readings(),
        probe.samples(),
        List.copyOf(progress),
        switches,
        new AnswerCheck(vectors).check(reader.readings(), CHECK_MAX),
        findings,
        writer.writes(),
        plan);
  }

  private List<String> begun() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < plan.churn(); i++) {
      ids.add("begun-" + i);
    }
    return ids;
  }

  private void fill(RolloutApi api, Ledger ledger) throws IOException, InterruptedException {
    List<Future<?>> puts = new ArrayList<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(FILLERS)) {
      for (Map.Entry<String, byte[]> image : plan.gallery().entrySet()) {
        puts.add(
            callers.submit(() -> {
              ledger.added(image.getKey(), api.put(image.getKey(), image.getValue()));
              return null;
            }));
      }
      for (String id : begun()) {
        byte[] picture = plan.pictures().apply(-1 - puts.size());
        puts.add(
            callers.submit(() -> {
              ledger.added(id, api.put(id, picture));
              return null;
            }));
      }
      for (Future<?> put : puts) {
        put.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("the gallery can't be filled: " + e.getCause(), e.getCause());
    }
  }

  /// Waits until a search sees everything; before that, every search with its tokens would wait.
  private void awaitFilled(RolloutApi api, Ledger ledger) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + plan.backfillMax().toNanos();
    byte[] sketch = plan.queries().getFirst().sketch();
    RolloutApi.Answer answer = api.search(sketch, 1, ledger.tokens(), SEARCH_MAX);
    while (!answer.ok()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("the gallery is not searchable: " + answer);
      }
      answer = api.search(sketch, 1, ledger.tokens(), SEARCH_MAX);
    }
  }

  private void watch(Ledger ledger, Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      progress.add(new Progress(System.nanoTime(), Double.NaN, ledger.puts(), cpuMillis.get()));
      Thread.sleep(Math.min(POLL.toMillis(), Math.max(1, (end - System.nanoTime()) / 1_000_000)));
    }
  }

  /// @return when it was first seen with all images, and when active
  private long[] awaitActive(RolloutApi api, Ledger ledger, String generation)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + plan.backfillMax().toNanos();
    long ready = 0;
    while (true) {
      Optional<JsonNode> model = api.model(generation);
      String state = model.map(node -> node.path("state").asText()).orElse("unknown");
      long now = System.nanoTime();
      double fraction =
          switch (state) {
            case "READY", "ACTIVE" -> 1;
            default -> model.map(node -> node.at("/backfill/fraction").asDouble(0)).orElse(0.0);
          };
      progress.add(new Progress(now, fraction, ledger.puts(), cpuMillis.get()));
      if (fraction == 1 && ready == 0) {
        ready = now;
      }
      if (state.equals("ACTIVE")) {
        return new long[] {ready, now};
      }
      if (state.equals("REJECTED") || now > deadline) {
        throw new IllegalStateException("the rollout got stuck: " + model);
      }
      Thread.sleep(POLL.toMillis());
    }
  }

  /// The time of the first answer of a generation.
  private long switchSeen(SketchReader reader, String generation, long about) {
    long deadline = System.nanoTime() + CHECK_MAX.toNanos();
    while (System.nanoTime() < deadline) {
      long first =
          reader.readings().stream()
              .filter(reading -> reading.doneNanos() > about - CHECK_MAX.toNanos())
              .filter(reading -> reading.answer().generation().equals(generation))
              .filter(reading -> reading.dueNanos() > about - 2_000_000_000L)
              .mapToLong(SketchReader.Reading::doneNanos)
              .min()
              .orElse(0);
      if (first != 0) {
        return first;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    throw new IllegalStateException("no answer of generation " + generation);
  }

  private Finding audit(Audit audit, GalleryWriter writer, FreshnessProbe probe)
      throws IOException, InterruptedException {
    writer.turn().lock();
    probe.turn().lock();
    try {
      return audit.run(plan.queries().getFirst().sketch());
    } finally {
      probe.turn().unlock();
      writer.turn().unlock();
    }
  }
}
