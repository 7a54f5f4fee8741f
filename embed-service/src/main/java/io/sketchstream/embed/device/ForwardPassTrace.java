package io.sketchstream.embed.device;

import io.sketchstream.shell.tracing.Step;
import java.util.ArrayList;
import java.util.List;

/// Adds a forward pass to the trace of each request in it.
final class ForwardPassTrace {
  private ForwardPassTrace() {}

  /// Adds the wait for the device and the pass to each trace. The pass spans of the other requests
  /// and that of the first link to each other.
  static void record(List<EncodeRequest> batch, long startNanos, long endNanos) {
    if (batch.getFirst().step() == Step.NONE) {
      return;
    }
    List<Step> passes = new ArrayList<>(batch.size());
    for (EncodeRequest request : batch) {
      request.step().part("wait for the device", request.submittedNanos()).endAt(startNanos);
      passes.add(
          request
              .step()
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
