package io.sketchstream.cli;

import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.network.Libtorch;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Options of commands that run a network in this process: on which processor, on how many cores.
final class ProcessorOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Cores to use for the network (default: all).")
  private Optional<Integer> threads;

  @Option(
      names = "--device",
      defaultValue = "AUTO",
      description =
          "${COMPLETION-CANDIDATES}; AUTO is a GPU if libtorch finds one (default"
              + " ${DEFAULT-VALUE}).")
  private EncoderOptions.Device device;

  /// How many cores to use.
  ///
  /// @throws CommandFailure when fewer than one was asked for
  int threads() {
    int cores = threads.orElse(Runtime.getRuntime().availableProcessors());
    if (cores < 1) {
      throw new CommandFailure("--threads must be 1 or more, not " + cores);
    }
    return cores;
  }

  /// To encode a batch on each core at a time.
  ///
  /// @throws CommandFailure when the device is absent
  EncoderOptions encoder(EncoderOptions.Precision precision) {
    if (device == EncoderOptions.Device.CUDA) {
      require(Libtorch::gpu);
    }
    return new EncoderOptions(precision, threads(), device);
  }

  /// Starts libtorch so that each pass of a network uses all of the cores, on the device.
  ///
  /// @throws CommandFailure when the device is absent
  void startForTraining() {
    System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(threads()));
    System.setProperty(Libtorch.DEVICE, device.name().toLowerCase(Locale.ROOT));
    require(Libtorch::device);
  }

  private void require(Runnable wanted) {
    try {
      wanted.run();
    } catch (IllegalStateException e) {
      throw new CommandFailure("--device " + device + ": " + e.getMessage());
    }
  }
}
