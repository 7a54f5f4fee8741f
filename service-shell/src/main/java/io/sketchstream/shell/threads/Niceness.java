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

/// The nice value of threads, 0 (normal) to 19, or [#IDLE].
///
/// Java's thread priorities have no effect on Linux, where each thread has a nice value; it is set
/// by system calls. On other systems this does nothing.
public final class Niceness {
  /// Selects the idle class of Linux (`SCHED_IDLE`, sched(7)): such a thread runs only on
  /// processors that are otherwise idle. A thread with a nice value gets less CPU time than others
  /// but finishes its time slice of some milliseconds; an idle one is preempted as soon as another
  /// wakes up.
  public static final int IDLE = 20;

  private static final Logger LOG = Logger.getLogger(Niceness.class);
  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;
  private static final int SCHED_IDLE = 5;
  private static final int OF_OPTIMISERS = 10;
  private static final Path THREADS = Path.of("/proc/self/task");

  private Niceness() {}

  /// Sets the nice value of the calling thread and of those it starts from now on. Without
  /// privileges it can't be lowered again, so the thread must do one kind of work.
  ///
  /// @param niceness 0 to [#IDLE]
  public static void ofThisThread(int niceness) {
    if (!set(CALLING_THREAD, niceness)) {
      LOG.warnf("the nice value of %s can't be set", Thread.currentThread().getName());
    }
  }

  /// Raises the nice value of the optimising JIT compilers (C2) of this process. Use it for
  /// background work that is new to the process and keeps them busy for a minute or two while
  /// requests are served, but not at a start, when everything waits for them. The quick compilers
  /// (C1) take little CPU time and are left alone.
  public static void ofOptimisers() {
    if (!Files.isDirectory(THREADS)) {
      return;
    }
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        if (isOptimiser(thread)
            && !set(Integer.parseInt(thread.getFileName().toString()), OF_OPTIMISERS)) {
          LOG.warnf("the nice value of a C2 compiler can't be set");
        }
      }
    } catch (IOException e) {
      LOG.warnf("the nice value of the C2 compilers can't be set: %s", e.getMessage());
    }
  }

  /// The kernel keeps 15 characters of the name `C2 CompilerThread0`.
  static boolean isOptimiser(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).matches("C2 CompilerThre\\s*");
    } catch (IOException _) {
      return false; // It has ended.
    }
  }

  /// @return false when the system refuses
  private static boolean set(int thread, int niceness) {
    if (niceness == 0 || !System.getProperty("os.name").equals("Linux")) {
      return true;
    }
    try {
      return (niceness < IDLE ? setPriority(thread, niceness) : setIdle(thread)) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("the nice value of a thread can't be set", e);
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
