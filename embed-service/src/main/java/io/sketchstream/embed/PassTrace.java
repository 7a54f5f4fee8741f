package io.sketchstream.embed;

import io.sketchstream.embed.InferenceExecutor.Job;
import io.sketchstream.shell.tracing.Step;
import java.util.ArrayList;
import java.util.List;

/// A forward pass in the traces of those that had part in it.
final class PassTrace {
  private PassTrace() {}

  /// Adds the wait for the device and the pass to the trace of each. The passes of the others and
  /// of the first one name each other.
  static void record(List<Job> batch, long startNanos, long endNanos) {
    if (batch.getFirst().step() == Step.NONE) {
      return;
    }
    List<Step> passes = new ArrayList<>(batch.size());
    for (Job job : batch) {
      job.step().part("wait for the device", job.submittedNanos()).endAt(startNanos);
      passes.add(
          job.step()
              .part("forward pass", startNanos)
              .with("sketchstream.batch.size", batch.size()));
    }
    Step first = passes.getFirst();
    passes.stream()
        .skip(1)
        .forEach(pass -> {
          pass.link(first);
          first.link(pass);
        });
    passes.forEach(pass -> pass.endAt(endNanos));
  }
}
