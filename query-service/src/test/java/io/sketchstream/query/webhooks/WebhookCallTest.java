package io.sketchstream.query.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Receivers that do not answer as they should.
final class WebhookCallTest {
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  private final WebhookCall call =
      new WebhookCall(
          new WebhookOptions(true, true, TIMEOUT, TIMEOUT, TIMEOUT, Duration.ofHours(24), 2, 9));

  @AfterEach
  void close() {
    call.close();
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK, ''",
    "HTTP/1.0 204, ''",
    "HTTP/1.1 103 Early Hints|Link: a||HTTP/1.1 200 OK, ''",
    "HTTP/1.1 404 Not Found, it answered 404",
    "HTTP/1.1 307 Away|Location: http://10.0.0.1/, it answered 307: redirects are not followed",
    "SSH-2.0-OpenSSH, its answer is not HTTP",
    "'', it closed the connection without an answer",
    "ENDLESS, its answer is not HTTP"
  })
  void onlyTheStatusCounts(String answer, String reason) throws Exception {
    String text = answer.equals("ENDLESS") ? "HTTP".repeat(100_000) : answer.replace("|", "\r\n");
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answer(server, text.isEmpty() ? "" : text + "\r\n\r\n"));
      assertEquals(reason, post("http://127.0.0.1:" + server.getLocalPort()));
    }
  }

  @Test
  void abandonsAReceiverThatDoesNotAnswer() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String late = "it did not answer in 500 ms";
      assertEquals(late, post("http://localhost:" + mute.getLocalPort()));
      assertEquals(late, post("https://localhost:" + mute.getLocalPort()));
    }
  }

  @Test
  void refusesUnresolvableHostNames() {
    assertEquals("webhook does not begin with https:", post("ftp://localhost/"));
    IOException failure =
        assertThrows(
            IOException.class,
            () -> call.post("http://no.such.name.invalid/", Map.of(), new byte[0]));
    assertEquals("the name no.such.name.invalid can't be resolved", failure.getMessage());
  }

  private String post(String url) {
    try {
      call.post(url, Map.of("A", "b"), "{}".getBytes(UTF_8));
      return "";
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private static void answer(ServerSocket server, String text) {
    try (Socket socket = server.accept();
        OutputStream out = socket.getOutputStream()) {
      byte[] request = new byte[1024];
      int size = 0;
      while (!new String(request, 0, size, UTF_8).endsWith("{}")) {
        size += socket.getInputStream().read(request, size, request.length - size);
      }
      out.write(text.getBytes(UTF_8));
    } catch (IOException _) {
      // The caller has read enough.
    }
  }
}
