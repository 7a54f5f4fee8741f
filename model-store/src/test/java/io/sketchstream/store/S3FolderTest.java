package io.sketchstream.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.robothy.s3.rest.LocalS3;
import com.robothy.s3.rest.bootstrap.LocalS3Mode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/// A folder in a bucket, against an S3 server in this JVM.
final class S3FolderTest {
  private static final long PART_SIZE = 5 << 20; // The smallest that the protocol allows.

  private static final Duration CALL_MAX = Duration.ofMinutes(1);

  @TempDir Path directory;
  private static LocalS3 server;
  private static S3Options options;

  @BeforeAll
  static void start() {
    server = LocalS3.builder().port(-1).mode(LocalS3Mode.IN_MEMORY).build();
    server.start();
    options =
        new S3Options(
            Optional.of(URI.create("http://127.0.0.1:" + server.getPort())),
            "us-east-1",
            Optional.of("access"),
            Optional.of("secret"));
    try (S3Client client = S3Folder.client(options, CALL_MAX)) {
      client.createBucket(create -> create.bucket("files"));
    }
  }

  @AfterAll
  static void stop() {
    server.shutdown();
  }

  @Test
  void givesBackWhatWasPut() throws Exception {
    Path file = Files.writeString(directory.resolve("small"), "a few bytes");
    try (S3Folder folder = S3Folder.open("s3://files/some/folder/", options);
        S3Folder beside = S3Folder.open("s3://files/some/folder-2", options)) {
      beside.put("other", file);
      assertEquals(0, folder.names().size());
      folder.put("one", file);
      folder.put("below/two", file);
      assertEquals(List.of("below/two", "one"), folder.names());
      assertArrayEquals(Files.readAllBytes(file), folder.bytes("one").orElseThrow());
      assertTrue(folder.get("one", directory.resolve("copy")));
      assertEquals("a few bytes", Files.readString(directory.resolve("copy")));
      folder.delete("one");
      folder.delete("one");
      assertFalse(folder.get("one", directory.resolve("gone")));
      assertEquals(Optional.empty(), folder.bytes("one"));
    }
  }

  @Test
  void sendsALargeFileInParts() throws Exception {
    byte[] content = new byte[(int) (2 * PART_SIZE + 1234)];
    new Random(1).nextBytes(content);
    Path file = Files.write(directory.resolve("large"), content);
    try (S3Folder folder = S3Folder.open("s3://files/large", options, PART_SIZE, CALL_MAX)) {
      folder.put("file", file);
      assertTrue(folder.get("file", directory.resolve("copy")));
      assertArrayEquals(content, Files.readAllBytes(directory.resolve("copy")));
    }
  }

  /// Each byte is in time, and there is no end.
  @Test
  @Timeout(60)
  void endsWithAServerWhoseHeadersNeverEnd() throws Exception {
    try (ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
        ServerSocket endless = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Future<?> _ = threads.submit(() -> trickle(endless, threads));
      S3Options slow =
          new S3Options(
              Optional.of(URI.create("http://127.0.0.1:" + endless.getLocalPort())),
              "us-east-1",
              Optional.of("access"),
              Optional.of("secret"));
      try (S3Folder folder =
          S3Folder.open("s3://files/x", slow, PART_SIZE, Duration.ofMillis(300))) {
        IOException e =
            assertThrows(IOException.class, () -> folder.get("one", directory.resolve("one")));
        assertTrue(e.getMessage().startsWith("s3://files/x/one can't be read"), e::getMessage);
      }
      threads.shutdownNow();
    }
  }

  private static Object trickle(ServerSocket server, ScheduledExecutorService threads)
      throws IOException {
    while (true) {
      Socket connection = server.accept();
      OutputStream out = connection.getOutputStream();
      out.write("HTTP/1.1 200 OK\r\nX-Endless: ".getBytes(StandardCharsets.US_ASCII));
      Future<?> _ =
          threads.scheduleAtFixedRate(() -> write(out, 'x'), 0, 20, TimeUnit.MILLISECONDS);
    }
  }

  private static void write(OutputStream out, int next) {
    try {
      out.write(next);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // The caller has gone: nothing more is sent.
    }
  }

  @Test
  void namesTheFileThatCannotBeWritten() throws Exception {
    Path file = Files.writeString(directory.resolve("small"), "a few bytes");
    try (S3Folder folder = S3Folder.open("s3://no-such-bucket/x", options)) {
      IOException e = assertThrows(IOException.class, () -> folder.put("one", file));
      assertTrue(
          e.getMessage().startsWith("s3://no-such-bucket/x/one can't be written"), e::getMessage);
    }
    assertThrows(IllegalArgumentException.class, () -> S3Folder.open("s3:///x", options));
  }
}
