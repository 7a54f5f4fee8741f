package io.sketchstream.shell.calls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Servers that do not answer as they should.
@Timeout(60)
final class BoundedCallTest {
  private static final Duration MAX = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofMinutes(10);

  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch hungUp = new CountDownLatch(1);
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    client.shutdownNow();
    server.close();
  }

  @Test
  void endsACallThatIsNeverAnswered() throws Exception {
    answer("");
    assertThrows(HttpTimeoutException.class, () -> send(MAX, 10));
    hungUp.await();
  }

  @Test
  void endsAnAnswerThatNeverEnds() throws Exception {
    answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nslow");
    assertThrows(HttpTimeoutException.class, () -> send(MAX, 10));
    hungUp.await();
  }

  @Test
  void refusesAnAnswerThatIsTooLarge() throws Exception {
    answer("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(11));
    assertThrows(IOException.class, () -> send(LONG, 10));
    hungUp.await();
  }

  @Test
  void returnsWhatCameInTime() throws Exception {
    answer("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone");
    assertEquals("404 none", send(LONG, 10));
  }

  private String send(Duration max, long sizeMax) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
    var response =
        BoundedCall.send(client, HttpRequest.newBuilder(uri).timeout(LONG).build(), max, sizeMax);
    return response.statusCode() + " " + new String(response.body(), UTF_8);
  }

  /// Says something, and then nothing until the other end hangs up.
  private void answer(String text) {
    Thread _ =
        Thread.ofVirtual()
            .start(() -> {
              try (Socket socket = server.accept()) {
                socket.getOutputStream().write(text.getBytes(UTF_8));
                socket.getOutputStream().flush();
                while (socket.getInputStream().read() >= 0) {
                  // The request.
                }
                hungUp.countDown();
              } catch (IOException _) {
                hungUp.countDown();
              }
            });
  }
}
