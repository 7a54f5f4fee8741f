package io.sketchstream.shell.threads;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
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

  private Niceness() {}

  /// Makes the calling thread, and those it starts from now on, give way. There is no way back
  /// without privileges: it is for a thread with one kind of work.
  public static void ofThisThread(int niceness) {
    if (niceness == 0 || !System.getProperty("os.name").equals("Linux")) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    MethodHandle setPriority =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setpriority"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    try {
      int failed = (int) setPriority.invokeExact(PRIO_PROCESS, CALLING_THREAD, niceness);
      if (failed != 0) {
        LOG.warnf("%s can't be made nice", Thread.currentThread().getName());
      }
    } catch (Throwable e) {
      throw new IllegalStateException("setpriority can't be called", e);
    }
  }
}
