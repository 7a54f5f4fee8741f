package io.sketchstream.query.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import io.sketchstream.shell.access.Access;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Other services that hang in the middle of their answer do not hold up the status.
@Timeout(60)
final class SlowServicesTest {
  private final Access access = new Access(Optional.empty());
  private final CountDownLatch over = new CountDownLatch(1);
  private HttpServer server;
  private String address;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('[');
          exchange.getResponseBody().flush();
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    address = "127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
  }

  @Test
  void theGalleryIsNotCounted() throws Exception {
    try (GalleryCount count = new GalleryCount("http://" + address, access)) {
      assertEquals(OptionalLong.empty(), count.count());
    }
  }

  @Test
  void theShardsOfAnotherProcessAreMissing() {
    try (PeerShards peers = new PeerShards(access)) {
      assertEquals(Map.of(), peers.ask(List.of(address)));
    }
  }
}
