package io.sketchstream.query.callers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.query.callers.FilterRemoval.Listing;
import io.sketchstream.query.callers.FilterRemoval.Removed;
import io.sketchstream.query.search.GalleryPage;
import io.sketchstream.query.search.GalleryPage.GalleryImage;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.shell.access.Access;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Removal by filter against an ingest service that answers as told.
final class FilterRemovalTest {
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final Queue<Reply> replies = new ArrayDeque<>();
  private HttpServer ingest;
  private FilterRemoval removal;

  private record Reply(int status, String body) {}

  @BeforeEach
  void start() throws IOException {
    ingest = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ingest.createContext(
        "/v1/images/delete",
        exchange -> {
          String key = exchange.getRequestHeaders().getFirst("Authorization");
          asked.add(key + " " + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          Reply reply = replies.remove();
          byte[] body = reply.body().getBytes(UTF_8);
          exchange.sendResponseHeaders(reply.status(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    ingest.start();
    removal =
        new FilterRemoval(
            "http://127.0.0.1:" + ingest.getAddress().getPort(), new Access(Optional.of("key")));
  }

  @AfterEach
  void stop() {
    removal.close();
    ingest.stop(0);
  }

  @Test
  void removesPageByPage() throws Exception {
    replies.add(new Reply(202, "{\"removed\": 2, \"absent\": 0, \"position\": \"0:5,1:7\"}"));
    replies.add(new Reply(202, "{\"removed\": 0, \"absent\": 1, \"position\": \"1:9\"}"));
    assertEquals(new Removed(2, 1, "0:5,1:9", ""), removal.run(pages("a b", "c")));
    assertEquals(
        List.of("Bearer key {\"imageIds\":[\"a\",\"b\"]}", "Bearer key {\"imageIds\":[\"c\"]}"),
        asked);
  }

  /// The service hangs in the middle of its answer.
  @Test
  @Timeout(60)
  void waitsForNoAnswerWithoutEnd() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    ingest.createContext(
        "/slow/v1/images/delete",
        exchange -> {
          exchange.sendResponseHeaders(202, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          await(over);
        });
    String address = "http://127.0.0.1:" + ingest.getAddress().getPort() + "/slow";
    try (FilterRemoval slow =
        new FilterRemoval(address, new Access(Optional.empty()), Duration.ofMillis(200))) {
      Removed removed = slow.run(pages("a"));
      assertEquals(0, removed.removed());
      assertTrue(removed.problem().startsWith("no answer from the ingest service"));
    } finally {
      over.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void saysHowFarItCame() throws Exception {
    replies.add(new Reply(202, "{\"removed\": 2, \"absent\": 0, \"position\": \"0:5\"}"));
    replies.add(
        new Reply(
            503,
            "{\"detail\": \"1 of 2 images could not be removed: Kafka\", \"removed\": 1,"
                + " \"absent\": 0, \"position\": \"0:8\"}"));
    Removed removed = removal.run(pages("a b", "c d", "e"));
    assertEquals(new Removed(3, 0, "0:8", "1 of 2 images could not be removed: Kafka"), removed);
    assertEquals(2, asked.size());
  }

  @Test
  void doesNotTakeSilenceForSuccess() throws Exception {
    ingest.stop(0);
    Removed removed = removal.run(pages("a"));
    assertEquals(0, removed.removed());
    assertTrue(removed.problem().startsWith("no answer from the ingest service"), removed::problem);
  }

  @Test
  void failsWithoutAFirstPage() {
    SearchFailure failure = new SearchFailure(SearchErrorCode.UNAVAILABLE, "no shard");
    assertThrows(
        SearchFailure.class,
        () ->
            removal.run(_ -> {
              throw failure;
            }));
    assertEquals(List.of(), asked);
  }

  /// Each page's cursor is its number.
  private static Listing pages(String... ids) {
    return cursor -> {
      int page = cursor.isEmpty() ? 0 : Integer.parseInt(cursor);
      List<GalleryImage> images =
          Stream.of(ids[page].split(" "))
              .map(
                  id -> new GalleryImage(Hit.newBuilder().setImageId(id).build(), ByteString.EMPTY))
              .toList();
      String next = page + 1 < ids.length ? Integer.toString(page + 1) : "";
      return new GalleryPage(new Generation("g"), images, 9, next, List.of(), List.of(), 1, 1);
    };
  }
}
