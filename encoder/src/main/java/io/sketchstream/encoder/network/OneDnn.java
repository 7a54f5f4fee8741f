package io.sketchstream.encoder.network;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Limits oneDNN, which computes the convolutions of training, of bf16 and of int8, to instructions
/// that it computes right with.
///
/// Some hypervisors hide the CPU's caches. There oneDNN's `brgconv` kernels, those for AVX2 and
/// above, compute wrong sums or divide by zero in 1x1 convolutions: seen with AMD EPYC of family
/// 26, for which 1x1 convolutions of all our networks but one are wrong. Its older kernels for AVX
/// are right. They take up to 2.9 times as long. Serving in fp32 is not concerned: XNNPACK computes
/// it.
final class OneDnn {
  /// oneDNN reads this environment variable once, when libtorch first computes.
  static final String VARIABLE = "ONEDNN_MAX_CPU_ISA";

  private static final String LIMIT = "AVX";
  private static final Path CPU = Path.of("/sys/devices/system/cpu/cpu0");

  private OneDnn() {}

  /// Whether oneDNN may use AVX-512 and VNNI.
  ///
  /// @param setting the value of [#VARIABLE], or `null`
  /// @param cachesHidden whether the CPU hides its caches
  static boolean unlimited(String setting, boolean cachesHidden) {
    return setting == null
        ? !cachesHidden
        : setting.startsWith("AVX512") || setting.equals("ALL") || setting.equals("DEFAULT");
  }

  /// Whether oneDNN may use AVX-512 and VNNI in this process.
  static boolean unlimited() {
    return unlimited(System.getenv(VARIABLE), cachesHidden());
  }

  /// Whether [#limit] limits it in this process.
  static boolean isLimited() {
    return System.getenv(VARIABLE) == null && cachesHidden();
  }

  /// Sets [#VARIABLE] where the CPU hides its caches. Must run before libtorch is loaded. A value
  /// that the process was started with is kept.
  static void limit() {
    Optional<MemorySegment> setenv = Linker.nativeLinker().defaultLookup().find("setenv");
    if (!isLimited() || setenv.isEmpty()) {
      return;
    }
    set(setenv.get());
    System.getLogger(OneDnn.class.getName())
        .log(
            System.Logger.Level.WARNING,
            "this CPU hides its caches, as a virtual machine may: oneDNN uses AVX, because it is"
                + " wrong with newer instructions; there is no bf16 or int8, and training takes"
                + " longer");
  }

  private static void set(MemorySegment setenv) {
    var type =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    try (Arena arena = Arena.ofConfined()) {
      int failed =
          (int)
              Linker.nativeLinker()
                  .downcallHandle(setenv, type)
                  .invokeExact(arena.allocateFrom(VARIABLE), arena.allocateFrom(LIMIT), 1);
      if (failed != 0) {
        throw new IllegalStateException(VARIABLE + " cannot be set");
      }
    } catch (Throwable e) {
      throw new IllegalStateException("setenv cannot be called", e);
    }
  }

  /// Linux lists the caches that CPUID reports, which is where oneDNN looks, too.
  private static boolean cachesHidden() {
    return Files.isDirectory(CPU) && !Files.exists(CPU.resolve("cache/index0"));
  }
}
