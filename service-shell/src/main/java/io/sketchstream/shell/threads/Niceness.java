package io.sketchstream.shell.threads;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/// How far threads give way to all others, as `nice` has it: 0 is as usual, 19 takes only what
/// nobody else wants.
///
/// Java's own thread priorities do nothing on Linux, where niceness belongs to each thread; so it
/// is set by the system call. Elsewhere it stays as it is.
public final class Niceness {
  private static final Logger LOG = Logger.getLogger(Niceness.class);
  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;
  private static final int OF_OPTIMISERS = 10;
  private static final Path THREADS = Path.of("/proc/self/task");

  private Niceness() {}

  /// Makes the calling thread, and those it starts from now on, give way. There is no way back
  /// without privileges: it is for a thread with one kind of work.
  public static void ofThisThread(int niceness) {
    if (!set(CALLING_THREAD, niceness)) {
      LOG.warnf("%s can't be made nice", Thread.currentThread().getName());
    }
  }

  /// Makes the optimising JIT compilers (C2) of this process, and those that they start, give way
  /// to all but the nicest. For work in the background that is new to the process and keeps them
  /// busy for a minute or two, at the cost of whoever is served meanwhile; not for a start, when
  /// all wait for them. The quick ones (C1) take little, and without them code crawls.
  public static void ofOptimisers() {
    if (!Files.isDirectory(THREADS)) {
      return;
    }
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        if (isOptimiser(thread)
            && !set(Integer.parseInt(thread.getFileName().toString()), OF_OPTIMISERS)) {
          LOG.warnf("a C2 compiler can't be made nice");
        }
      }
    } catch (IOException e) {
      LOG.warnf("the C2 compilers can't be made nice: %s", e.getMessage());
    }
  }

  /// The kernel keeps 15 characters of `C2 CompilerThread0`.
  static boolean isOptimiser(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).matches("C2 CompilerThre\\s*");
    } catch (IOException _) {
      return false; // It has ended meanwhile.
    }
  }

  /// @return false where the system refuses
  private static boolean set(int thread, int niceness) {
    if (niceness == 0 || !System.getProperty("os.name").equals("Linux")) {
      return true;
    }
    Linker linker = Linker.nativeLinker();
    MethodHandle setPriority =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setpriority"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    try {
      return (int) setPriority.invokeExact(PRIO_PROCESS, thread, niceness) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("setpriority can't be called", e);
    }
  }
}
