package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.events.Generation;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three query services and three brokers: one process is killed and another joins under continuous
/// searches.
@Timeout(value = 20, unit = TimeUnit.MINUTES)
final class QueryClusterTest {
  private static final Generation GENERATION = new Generation("gcluster");
  private static final int PARTITIONS = 4;
  private static final int IMAGES = 1_000;

  /// The session timeout of Kafka and a rebalance; the rest is slack for a busy machine.
  private static final Duration MOVED_MAX = Duration.ofMinutes(2);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ObjectMapper json = new ObjectMapper();

  @TempDir Path directory;
  private String tracing;

  @Test
  void losesNoSearchWhileProcessesAreKilledAndJoin() throws Exception {
    try (BrokerCluster kafka = BrokerCluster.start(directory.resolve("kafka"), 3);
        SpanCollector collector = new SpanCollector();
        Fleet fleet = new Fleet(directory, kafka.bootstrapServers())) {
      tracing = collector.endpoint();
      createTopics(kafka.bootstrapServers());
      List<URI> services = List.of(start(fleet, 1), start(fleet, 2), start(fleet, 3));
      try (NumberedGallery gallery =
          new NumberedGallery(kafka.bootstrapServers(), GENERATION, PARTITIONS)) {
        gallery.activate();
        gallery.put(0, IMAGES);
        fleet.awaitReady();
        services.forEach(service -> awaitSettled(services, service));
        tracesAcrossProcesses(services.getFirst(), collector);
        try (NumberSearches stream = new NumberSearches(services, IMAGES)) {
          awaitAnswers(stream, 50);
          kill(fleet, services, stream, gallery);
          join(fleet, services.subList(1, 3), stream, gallery);
        }
      }
      fleet.stop();
    }
  }

  private static void createTopics(String bootstrapServers) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      TopicProvisioner topics = new TopicProvisioner(PARTITIONS, (short) 3);
      topics.createPermanent(admin);
      topics.createEmbeddings(admin, GENERATION);
    }
  }

  private URI start(Fleet fleet, int number) {
    return fleet.start(
        "query-service",
        "-Dquery.state-dir=" + directory.resolve("index-" + number),
        "-Dquery.session-timeout=6s",
        "-Dtracing.endpoint=" + tracing,
        "-Dquery.commit-interval=1s",
        "-Dtopics.partitions=" + PARTITIONS,
        "-Dtopics.replication=3");
  }

  /// The shards of other processes are in the trace of the search that asked for them.
  private void tracesAcrossProcesses(URI service, SpanCollector collector) throws Exception {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(service.resolve("/v1/search?complete=true&timeout=20s"))
                .header("Content-Type", "image/png")
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .POST(BodyPublishers.ofString("7"))
                .build(),
            BodyHandlers.ofString());
    assertEquals(200, response.statusCode(), response::body);
    Await.until(
        "the spans of another process's shards",
        MOVED_MAX,
        () -> collector.trace(trace).stream().anyMatch(span -> answersAnother(collector, span)),
        () -> collector.trace(trace).toString());
    assertTrue(collector.find(trace, "merge").isPresent());
  }

  /// Whether a span is the search of shards for a search in another process.
  private static boolean answersAnother(SpanCollector collector, SpanCollector.Seen shards) {
    if (!shards.name().equals("search shards")) {
      return false;
    }
    List<SpanCollector.Seen> way = new ArrayList<>(List.of(shards));
    for (String expected :
        List.of(
            "POST /internal/v1/shards", "POST /internal/v1/shards", "process sketch-embeddings")) {
      Optional<SpanCollector.Seen> next =
          collector.trace(shards.trace()).stream()
              .filter(span -> span.id().equals(way.getLast().parent()))
              .filter(span -> span.name().equals(expected))
              .findFirst();
      if (next.isEmpty()) {
        return false;
      }
      way.add(next.get());
    }
    return way.get(0).process().equals(way.get(1).process())
        && !way.get(1).process().equals(way.get(2).process())
        && way.get(2).process().equals(way.get(3).process());
  }

  private void kill(Fleet fleet, List<URI> services, NumberSearches stream, NumberedGallery gallery)
      throws Exception {
    List<URI> living = services.subList(1, 3);
    long killed = System.nanoTime();
    fleet.kill(services.getFirst());
    int before = stream.answered();
    awaitAnswers(stream, before + 50);
    stream.remove(services.getFirst());
    living.forEach(service -> awaitSettled(living, service));
    System.out.printf(
        "moved %.1f s after the kill; %s%n", (System.nanoTime() - killed) / 1e9, stream);
    assertEquals(List.of(), stream.failures());
    assertTrue(
        stream.incomplete() == 0 || stream.lastIncompleteNanos() - killed < MOVED_MAX.toNanos(),
        stream::toString);
    seesItsWrites(living, gallery, IMAGES);
  }

  private void join(Fleet fleet, List<URI> living, NumberSearches stream, NumberedGallery gallery)
      throws Exception {
    URI newcomer = start(fleet, 4);
    fleet.awaitReady();
    List<URI> all = List.of(living.get(0), living.get(1), newcomer);
    stream.add(newcomer);
    all.forEach(service -> awaitSettled(all, service));
    awaitAnswers(stream, stream.answered() + 50);
    System.out.println("joined; " + stream);
    assertEquals(List.of(), stream.failures());
    seesItsWrites(all, gallery, IMAGES + 10);
  }

  /// Every process finds recent writes in all shards, and no removed image.
  private void seesItsWrites(List<URI> services, NumberedGallery gallery, int number)
      throws Exception {
    for (URI service : services) {
      for (int shard = 0; shard < PARTITIONS; shard++) {
        int image = number + shard;
        String written = gallery.put(image);
        assertEquals("i" + image, first(search(service, image, "&complete=true&after=" + written)));
        String removed = gallery.remove(image);
        assertNotEquals(
            "i" + image, first(search(service, image, "&complete=true&after=" + removed)));
      }
      JsonNode filtered = search(service, 4, "&complete=true&filter=tag:odd&text=number");
      assertEquals(PARTITIONS, filtered.at("/shards/answered").asInt());
      assertTrue(
          StreamSupport.stream(filtered.path("hits").spliterator(), false)
              .allMatch(hit -> hit.at("/tags/0").asText().equals("odd")),
          filtered::toString);
      assertEquals(200, get(service, "/v1/images/i5/similar?complete=true").statusCode());
    }
  }

  private static String first(JsonNode answer) {
    return answer.at("/hits/0/imageId").asText();
  }

  private JsonNode search(URI service, int number, String parameters)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(service.resolve("/v1/search?k=5&timeout=20s" + parameters))
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofString(Integer.toString(number)))
                .build(),
            BodyHandlers.ofString());
    assertEquals(200, response.statusCode(), response::body);
    return json.readTree(response.body());
  }

  private HttpResponse<String> get(URI service, String path)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(service.resolve(path)).build(), BodyHandlers.ofString());
  }

  /// Waits until a process sees every shard owned and stood by among these, and answers from all.
  private void awaitSettled(List<URI> services, URI service) {
    Set<String> addresses = new HashSet<>();
    services.forEach(address -> addresses.add(address.getAuthority()));
    Await.until(
        service + " sees all shards at " + addresses,
        MOVED_MAX,
        () -> settled(addresses, service),
        () -> status(service));
  }

  private boolean settled(Set<String> addresses, URI service) {
    try {
      JsonNode shards = json.readTree(status(service)).path("shards");
      Set<String> seen = new HashSet<>();
      for (JsonNode shard : shards) {
        seen.add(shard.path("owner").asText());
        shard.path("standbys").forEach(standby -> seen.add(standby.asText()));
      }
      boolean doubled =
          shards.size() == PARTITIONS
              && StreamSupport.stream(shards.spliterator(), false)
                  .allMatch(shard -> !shard.path("standbys").isEmpty());
      return doubled
          && seen.equals(addresses)
          && get(service, "/v1/images/i1/similar?k=1&complete=true").statusCode() == 200;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String status(URI service) {
    try {
      return get(service, "/v1/status").body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitAnswers(NumberSearches stream, int count) {
    Await.until(count + " answers", MOVED_MAX, () -> stream.answered() >= count, stream::toString);
  }
}
