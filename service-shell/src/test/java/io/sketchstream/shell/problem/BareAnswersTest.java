package io.sketchstream.shell.problem;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A plain server of Vert.x, as Quarkus makes one. Within Quarkus' own tests Netty does not see the
/// classes of the application.
final class BareAnswersTest {
  private static Vertx vertx;
  private static HttpServer server;

  @BeforeAll
  static void start() throws Exception {
    assertEquals("serviceload", System.getProperty("io.netty.bootstrap.extensions"));
    vertx = Vertx.vertx();
    server =
        vertx
            .createHttpServer()
            .requestHandler(request ->
                request
                    .response()
                    .setStatusCode(request.path().equals("/ours") ? 404 : 200)
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .end())
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource({
    "414, GET /LONG HTTP/1.1|Host: a||",
    "431, GET / HTTP/1.1|Host: a|X: LONG||",
    "400, NOT HTTP AT ALL||",
    "400, GET / HTTP/1.1|Host: a|a b: c||",
    "400, POST / HTTP/1.1|Host: a|Content-Length: ten||"
  })
  void turnsWhatCannotBeReadIntoAProblem(int status, String request) throws Exception {
    String answer = answer(request.replace("LONG", "a".repeat(60_000)).replace("|", "\r\n"));
    assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
    assertTrue(answer.contains("content-type: application/problem+json"), answer);
    assertTrue(answer.contains("\"status\":" + status), answer);
  }

  @Test
  void leavesRoutedAnswersAlone() throws Exception {
    String end = " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assertTrue(answer("GET /" + end).startsWith("HTTP/1.1 200"));
    String ours = answer("GET /ours" + end);
    assertTrue(ours.startsWith("HTTP/1.1 404"), ours);
    assertFalse(ours.contains("problem"), ours);
  }

  private static String answer(String request) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.actualPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
