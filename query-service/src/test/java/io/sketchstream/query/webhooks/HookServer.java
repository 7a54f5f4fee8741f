package io.sketchstream.query.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A receiver of webhooks: it keeps what it is told, and answers as it is told to.
final class HookServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile int status = 200;

  /// @param body as it came
  record Call(String id, String timestamp, String signature, String body, int answered) {}

  HookServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      int answer = status;
      calls.add(
          new Call(
              exchange.getRequestHeaders().getFirst(Delivery.ID),
              exchange.getRequestHeaders().getFirst(Delivery.TIMESTAMP),
              exchange.getRequestHeaders().getFirst(Delivery.SIGNATURE),
              body,
              answer));
      if (answer == 0) {
        closing.await(); // It never answers.
      }
      if (answer >= 300 && answer < 400) {
        exchange.getResponseHeaders().set("Location", url());
      }
      exchange.sendResponseHeaders(answer, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// @param now of all answers; 0 for none
  void answers(int now) {
    status = now;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook?a=b";
  }

  List<Call> calls() {
    return calls;
  }

  /// The ids of what it took, in order.
  List<String> taken() {
    return calls.stream().filter(call -> call.answered() == 200).map(Call::id).toList();
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
