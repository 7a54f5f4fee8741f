package io.sketchstream.benchmarks.rollout;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.benchmarks.pipeline.BareEncoder;
import io.sketchstream.benchmarks.pipeline.Installation;
import io.sketchstream.benchmarks.pipeline.RandomModel;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.images.PreparedImage;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Rolls a second model out over a live gallery and back, under writes, searches and checks, and
/// measures what the callers notice.
public final class RolloutBenchmark implements Benchmark {
  /// The default of the service; two hyper-threads of one core slow each other down.
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private static final int ENCODER_BATCH = 8;
  private static final int ENCODER_IMAGES = 400;

  @Override
  public String name() {
    return "rollout";
  }

  @Override
  public String summary() {
    return "a second model rolled out over a live gallery: effect on searches, writes and quality";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options =
        new Options(
            arguments,
            Set.of(
                "images",
                "data",
                "model",
                "network",
                "candidate",
                "candidate-size",
                "searches-per-second",
                "writes-per-second",
                "warm-up-seconds",
                "phase-seconds",
                "switches",
                "seed",
                "plot"));
    long seed = options.integer("seed", 20221);
    DrillPlan plan =
        DrillData.plan(
            options.text("data", "../shared/data"),
            options.integer("images", 3000),
            options.integer("searches-per-second", 10),
            options.integer("writes-per-second", 5),
            Duration.ofSeconds(options.integer("warm-up-seconds", 60)),
            Duration.ofSeconds(options.integer("phase-seconds", 30)),
            options.integer("switches", 10),
            seed);
    System.out.printf(
        "%d images, %d of them labelled, %d sketches; %.0f searches and %.0f writes a second; seed"
            + " %d%n",
        plan.gallery().size() + plan.churn(),
        plan.classes().size(),
        plan.queries().size(),
        plan.searchesPerSecond(),
        plan.writesPerSecond(),
        seed);
    Path work = Files.createTempDirectory("sketchstream-candidate-");
    ModelArtifact candidate;
    DrillReport report;
    try (RandomModel random = RandomModel.of(options.text("network", ""));
        Installation installation = Installation.start(options.text("model", random.directory()))) {
      candidate =
          options.text("candidate", "").isEmpty()
              ? CandidateModel.disturbed(
                  installation.model(),
                  work,
                  options.integer("candidate-size", installation.model().inputSize()),
                  seed)
              : ModelArtifact.load(Path.of(options.text("candidate", "")));
      System.out.printf(
          "candidate %s, %s of %d pixels%n",
          candidate.generation(), candidate.network().name(), candidate.inputSize());
      Addresses addresses =
          Addresses.ofOne(URI.create(installation.address()), installation.kafka());
      report = new RolloutDrill(addresses, plan, installation::workMillis).run(candidate);
    }
    Path plot = Path.of(options.text("plot", "target/rollout.png")).toAbsolutePath();
    RolloutPlot.write(report, plot);
    System.out.println("plot " + plot);
    // Measured alone, when all else has stopped.
    RolloutSummary.print(report, bareCpuMillis(candidate, plan));
    for (String name : List.of(ModelArtifact.WEIGHTS, ModelArtifact.MANIFEST)) {
      Files.deleteIfExists(work.resolve(name));
    }
    Files.deleteIfExists(work);
  }

  private static double bareCpuMillis(ModelArtifact candidate, DrillPlan plan) throws Exception {
    try (Encoder encoder =
        TorchEncoder.open(candidate, EncoderOptions.defaults().withThreads(THREADS))) {
      BareEncoder bare = new BareEncoder(encoder);
      List<PreparedImage> images =
          bare.prepare(plan.gallery().values().stream().limit(ENCODER_IMAGES).toList());
      bare.cpuMillisPerImage(images.subList(0, images.size() / 4), ENCODER_BATCH, THREADS);
      return bare.cpuMillisPerImage(images, ENCODER_BATCH, THREADS);
    }
  }
}
