package io.sketchstream.benchmarks.pipeline;

import com.sun.management.OperatingSystemMXBean;
import io.sketchstream.benchmarks.measure.Distribution;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// The network alone on prepared tensors, the baseline of the pipeline.
public final class BareEncoder {
  private static final OperatingSystemMXBean CPU =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Encoder encoder;

  public BareEncoder(Encoder encoder) {
    this.encoder = encoder;
  }

  /// Decodes and scales beforehand, so that only the network remains to be measured.
  public List<PreparedImage> prepare(List<byte[]> photos) throws RefusedImageException {
    List<PreparedImage> prepared = new ArrayList<>(photos.size());
    for (byte[] photo : photos) {
      prepared.add(encoder.preprocessing().image(photo));
    }
    return prepared;
  }

  /// Milliseconds of each image, one at a time.
  public Distribution singles(List<PreparedImage> images) {
    double[] millis = new double[images.size()];
    for (int i = 0; i < millis.length; i++) {
      long start = System.nanoTime();
      encoder.encode(List.of(images.get(i)));
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    return new Distribution(millis);
  }

  /// CPU-milliseconds per image of this whole process while it encodes batches.
  ///
  /// @param threads how many encode concurrently; two that share a core are slower each
  public double cpuMillisPerImage(List<PreparedImage> images, int batchSize, int threads) {
    List<List<PreparedImage>> batches = new ArrayList<>();
    for (int from = 0; from < images.size(); from += batchSize) {
      batches.add(images.subList(from, Math.min(images.size(), from + batchSize)));
    }
    AtomicInteger next = new AtomicInteger();
    long start = CPU.getProcessCpuTime();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      for (int thread = 0; thread < threads; thread++) {
        workers.execute(() -> {
          for (int i = next.getAndIncrement(); i < batches.size(); i = next.getAndIncrement()) {
            encoder.encode(batches.get(i));
          }
        });
      }
    }
    return (CPU.getProcessCpuTime() - start) / 1e6 / images.size();
  }
}
