package io.sketchstream.images.process;

import io.sketchstream.images.RefusedImageException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Timer;
import java.util.TimerTask;

/// The program of a decoder process: reads jobs from its standard input, writes pixels or refusals
/// to its standard output. Any exception of a library becomes a refusal of that file.
///
/// **Threads:** `main` opens the files; a timer ends the process when a file takes far too long and
/// its service is gone.
public final class DecoderMain {
  private static final int BUFFER_SIZE = 1 << 16;
  private static final long GRACE_MILLIS = 5_000;
  private static final Path OUT_OF_MEMORY_SCORE = Path.of("/proc/self/oom_score_adj");

  private final DataInputStream in;
  private final DataOutputStream out;
  private final Timer timer = new Timer("decoder-deadline", true);

  private DecoderMain(DataInputStream in, DataOutputStream out) {
    this.in = in;
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(new FileInputStream(FileDescriptor.in), BUFFER_SIZE));
    DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_SIZE));
    System.setOut(System.err); // Output of a library must not mix with the answers.
    dieBeforeTheService();
    out.writeByte(1); // Started.
    out.flush();
    new DecoderMain(in, out).serve();
  }

  /// When memory runs out, the kernel kills this process rather than the service.
  private static void dieBeforeTheService() {
    try {
      Files.writeString(OUT_OF_MEMORY_SCORE, "1000");
    } catch (IOException | SecurityException _) {
      // Not on this system.
    }
    ProcessHandle.current()
        .parent()
        .ifPresent(service -> service.onExit().thenRun(() -> Runtime.getRuntime().halt(0)));
  }

  private void serve() throws IOException {
    for (int first = in.read(); first >= 0; first = in.read()) {
      String task = readName(first);
      long timeoutMillis = in.readLong();
      int[] parameters = Frames.readParameters(in);
      byte[] file = Frames.readBytes(in);
      TimerTask end = halt();
      timer.schedule(end, timeoutMillis + GRACE_MILLIS);
      answer(task, file, parameters);
      end.cancel();
    }
  }

  private String readName(int first) throws IOException {
    byte[] name = new byte[first << 8 | in.read()];
    in.readFully(name);
    return new String(name, java.nio.charset.StandardCharsets.UTF_8);
  }

  private static TimerTask halt() {
    return new TimerTask() {
      @Override
      public void run() {
        Runtime.getRuntime().halt(1);
      }
    };
  }

  @SuppressWarnings(
      "removal") // There is no other way to detect that a library recursed too deeply.
  private void answer(String task, byte[] file, int... parameters) throws IOException {
    try {
      DecoderTask instance =
          Class.forName(task).asSubclass(DecoderTask.class).getConstructor().newInstance();
      Frames.writeImage(out, instance.run(file, parameters));
    } catch (RefusedImageException e) {
      Frames.writeRefusal(out, e.getMessage(), false);
    } catch (OutOfMemoryError e) {
      Frames.writeRefusal(out, "decoding takes more memory than one picture may use", true);
    } catch (StackOverflowError e) {
      Frames.writeRefusal(out, "the file is nested too deeply", false);
    } catch (RuntimeException e) {
      Frames.writeRefusal(out, "the file is damaged: its reader failed", false);
    } catch (ReflectiveOperationException | LinkageError e) {
      Frames.writeFailure(out, e.toString());
    }
  }
}
