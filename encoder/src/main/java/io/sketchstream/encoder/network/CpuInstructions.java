package io.sketchstream.encoder.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// The CPU's instructions for lower precisions, as Linux lists them and oneDNN may use them; none
/// on other systems.
public final class CpuInstructions {
  private static final Set<String> FLAGS = flags();

  private CpuInstructions() {}

  /// Whether bf16 is fast: the CPU has instructions for its products.
  public static boolean haveBf16() {
    return OneDnn.unlimited() && (FLAGS.contains("avx512_bf16") || FLAGS.contains("amx_bf16"));
  }

  /// Sums of byte products in 32 bits. Without them int8 is slower and needs smaller weights.
  public static boolean haveVnni() {
    return OneDnn.unlimited() && (FLAGS.contains("avx512_vnni") || FLAGS.contains("avx_vnni"));
  }

  /// Whether convolutions are limited to AVX, with which they are known to be right.
  public static boolean areLimited() {
    return OneDnn.isLimited();
  }

  private static Set<String> flags() {
    Path cpus = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpus)) {
      return Set.of();
    }
    try {
      return Files.readAllLines(cpus).stream()
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line ->
              Set.copyOf(List.of(line.substring(line.indexOf(':') + 1).trim().split("\\s+"))))
          .orElse(Set.of());
    } catch (IOException e) {
      return Set.of();
    }
  }
}
