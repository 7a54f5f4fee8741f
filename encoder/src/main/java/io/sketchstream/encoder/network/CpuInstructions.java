package io.sketchstream.encoder.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Which instructions for lower precisions this CPU has, as Linux lists them; elsewhere none.
public final class CpuInstructions {
  private static final Set<String> FLAGS = flags();

  private CpuInstructions() {}

  /// bf16 without these instructions works, slowly.
  public static boolean haveBf16() {
    return FLAGS.contains("avx512_bf16") || FLAGS.contains("amx_bf16");
  }

  /// Products of bytes added up in 32 bits. int8 without them is slower, and needs smaller weights.
  public static boolean haveVnni() {
    return FLAGS.contains("avx512_vnni") || FLAGS.contains("avx_vnni");
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
