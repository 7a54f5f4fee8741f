package io.sketchstream.shell.threads;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/// How far threads give way to all others, as `nice` has it: 0 is as usual, 19 the nicest; and one
/// step beyond, [#IDLE].
///
/// Java's own thread priorities do nothing on Linux, where niceness belongs to each thread; so it
/// is set by system calls. Elsewhere it stays as it is.
public final class Niceness {
  /// Takes only what nobody else wants: Linux's idle class (`SCHED_IDLE`, sched(7)). A nice thread
  /// has less of a processor than others, yet ends its slice of some milliseconds while they wait;
  /// an idle one leaves at once when another wakes up.
  public static final int IDLE = 20;

  private static final Logger LOG = Logger.getLogger(Niceness.class);
  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;
  private static final int SCHED_IDLE = 5;
  private static final int OF_OPTIMISERS = 10;
  private static final Path THREADS = Path.of("/proc/self/task");

  private Niceness() {}

  /// Makes the calling thread, and those it starts from now on, give way. There is no way back
  /// without privileges: it is for a thread with one kind of work.
  ///
  /// @param niceness 0 to [#IDLE]
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
    try {
      return (niceness < IDLE ? setPriority(thread, niceness) : setIdle(thread)) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("the niceness of a thread can't be set", e);
    }
  }

  private static int setPriority(int thread, int niceness) throws Throwable {
    MethodHandle setPriority =
        function("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    return (int) setPriority.invokeExact(PRIO_PROCESS, thread, niceness);
  }

  private static int setIdle(int thread) throws Throwable {
    MethodHandle setScheduler =
        function(
            "sched_setscheduler", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment noPriority = arena.allocate(JAVA_INT); // A `struct sched_param`.
      return (int) setScheduler.invokeExact(thread, SCHED_IDLE, noPriority);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }
}
