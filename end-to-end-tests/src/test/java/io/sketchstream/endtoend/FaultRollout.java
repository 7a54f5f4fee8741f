package io.sketchstream.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.benchmarks.rollout.Addresses;
import io.sketchstream.benchmarks.rollout.CandidateModel;
import io.sketchstream.benchmarks.rollout.RolloutApi;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Puts models into service, one after the other. Each is as good as the first, and its vectors are
/// incompatible.
///
/// **Threads:** one at a time runs; any may ask.
final class FaultRollout {
  private static final Duration ACTIVE_MAX = Duration.ofMinutes(12);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final FaultCluster cluster;
  private final Path directory;
  private final long seed;
  private final ModelArtifact original;
  private final Set<String> generations = ConcurrentHashMap.newKeySet();
  private int count;

  /// @param directory for the models
  FaultRollout(FaultCluster cluster, Path directory, long seed) {
    this.cluster = cluster;
    this.directory = directory;
    this.seed = seed;
    try {
      this.original = ModelArtifact.load(TestModel.directory());
    } catch (BrokenModelException e) {
      throw new IllegalStateException(e);
    }
    generations.add(original.generation().id());
  }

  /// Whether answers may be of it.
  boolean isKnown(String generation) {
    return generations.contains(generation);
  }

  /// Adds a model and waits until it is in service.
  ///
  /// @throws AssertionError when it is not in time
  void run() {
    String generation;
    Path artifact;
    try {
      count++;
      ModelArtifact model =
          CandidateModel.reordered(
              original,
              directory.resolve("candidate-" + count),
              original.inputSize(),
              seed + count);
      generation = model.generation().id();
      artifact = model.directory();
    } catch (IOException | BrokenModelException e) {
      throw new IllegalStateException(e);
    }
    generations.add(generation);
    Await.until(
        "generation " + generation + " is active",
        ACTIVE_MAX,
        () -> {
          FaultSchedule.hold(LOOK_EVERY);
          Optional<String> state = state(generation);
          if (state.isPresent() && state.get().isEmpty()) {
            add(artifact);
          }
          return state.equals(Optional.of("ACTIVE"));
        },
        () -> "it is " + state(generation));
  }

  private void add(Path artifact) {
    for (FaultInstance training : trainings()) {
      try (RolloutApi api = api(training)) {
        api.addModel(artifact);
        return;
      } catch (IOException e) {
        System.out.println("a model was not taken: " + e.getMessage());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// The state of a generation, as the leader says; an empty one when it has none, nothing when
  /// there is no leader.
  private Optional<String> state(String generation) {
    for (FaultInstance training : trainings()) {
      try (RolloutApi api = api(training)) {
        JsonNode models = api.models();
        if (models.path("leading").asBoolean()) {
          for (JsonNode model : models.path("models")) {
            if (model.path("generation").asText().equals(generation)) {
              return Optional.of(model.path("state").asText());
            }
          }
          return Optional.of("");
        }
      } catch (IOException e) {
        continue; // It is hit by a fault.
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return Optional.empty();
  }

  private List<FaultInstance> trainings() {
    return cluster.instances("training-service");
  }

  private RolloutApi api(FaultInstance training) {
    FaultInstance ingest = cluster.instances("ingest-service").getFirst();
    FaultInstance query = cluster.instances("query-service").getFirst();
    return new RolloutApi(
        new Addresses(
            ingest.address(),
            query.address(),
            training.address(),
            Map.of("bootstrap.servers", cluster.bootstrapServers())));
  }
}
