package io.sketchstream.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.pixels.PreparedImage;
import io.sketchstream.encoder.pixels.RefusedImageException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/// The network alone, on tensors prepared beforehand: what the pipeline is compared with.
final class BareEncoder {
  private static final OperatingSystemMXBean CPU =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Encoder encoder;

  BareEncoder(Encoder encoder) {
    this.encoder = encoder;
  }

  /// Decodes and scales beforehand, so that only the network remains to be measured.
  List<PreparedImage> prepare(List<byte[]> photos) throws RefusedImageException {
    List<PreparedImage> prepared = new ArrayList<>(photos.size());
    for (byte[] photo : photos) {
      prepared.add(encoder.preprocessing().image(photo));
    }
    return prepared;
  }

  /// Milliseconds of each image, one at a time.
  Distribution singles(List<PreparedImage> images) {
    double[] millis = new double[images.size()];
    for (int i = 0; i < millis.length; i++) {
      long start = System.nanoTime();
      encoder.encode(List.of(images.get(i)));
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    return new Distribution(millis);
  }

  /// CPU-milliseconds per image of this whole process while it encodes batches.
  double cpuMillisPerImage(List<PreparedImage> images, int batchSize) {
    long start = CPU.getProcessCpuTime();
    for (int from = 0; from < images.size(); from += batchSize) {
      encoder.encode(images.subList(from, Math.min(images.size(), from + batchSize)));
    }
    return (CPU.getProcessCpuTime() - start) / 1e6 / images.size();
  }
}
