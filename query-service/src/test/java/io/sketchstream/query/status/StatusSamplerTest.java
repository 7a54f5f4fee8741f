package io.sketchstream.query.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.query.generations.LiveGenerations;
import io.sketchstream.shell.access.Access;
import io.sketchstream.testing.Await;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/// The gallery is counted when it is asked for, not at the last sample: an image that is searchable
/// already is never missing in the count.
final class StatusSamplerTest {
  @Test
  void countsTheGalleryWhenAsked() throws Exception {
    AtomicInteger images = new AtomicInteger();
    HttpServer ingest =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ingest.createContext(
        "/v1/gallery",
        exchange -> {
          byte[] body = "{\"count\": %d}".formatted(images.get()).getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    ingest.start();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:1"));
        StatusSampler sampler =
            new StatusSampler(
                admin,
                new LiveGenerations(InstantSource.system()),
                "http://127.0.0.1:" + ingest.getAddress().getPort(),
                Access.OPEN,
                Duration.ofHours(1),
                new SimpleMeterRegistry())) {
      Await.until(
          "the first count", () -> sampler.status().images().count().equals(OptionalLong.of(0)));
      images.set(1);
      Await.until(
          "the count of now", () -> sampler.status().images().count().equals(OptionalLong.of(1)));
      ingest.stop(0);
      assertEquals(OptionalLong.empty(), sampler.status().images().count());
    } finally {
      ingest.stop(0);
    }
  }
}
