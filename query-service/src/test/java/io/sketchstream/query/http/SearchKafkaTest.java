package io.sketchstream.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.query.index.Vectors;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/// Searches of Kafka clients.
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class SearchKafkaTest extends SearchFixture {
  @Test
  void answersKafkaClientsOnThePartitionTheyRead() throws Exception {
    try (var answers = answers()) {
      ask("by-kafka", GENERATION.id(), 3);
      SearchAnswered answer = awaitAnswer(answers, "by-kafka");
      assertEquals(3, answer.getHitsCount());
      assertEquals(2, answer.getShardsAnswered());
      assertTrue(answer.getHits(0).getScore() >= answer.getHits(1).getScore());
    }
  }

  /// Hits, or an error that says why: never nothing, and none of them stops those that follow.
  @Test
  void answersEveryKafkaSearchExactlyOnce() throws Exception {
    SearchRequest valid = SearchRequest.newBuilder().setK(1).setReplyPartition(2).build();
    Map<String, SearchRequest> searches = new LinkedHashMap<>();
    for (long seconds : new long[] {253_402_300_799L, 1_790_000_000_000L, Long.MAX_VALUE, -1}) {
      searches.put("deadline " + seconds, deadline(valid, seconds));
    }
    searches.put("k", valid.toBuilder().setK(-5).build());
    searches.put("filter", valid.toBuilder().setFilter("x".repeat(2 << 20)).build());
    searches.put("text", valid.toBuilder().setText("x".repeat(2 << 20)).build());
    searches.put("cursor", valid.toBuilder().setSearchAfter("x".repeat(2 << 20)).build());
    searches.put("q".repeat(1 << 20), valid);
    try (var answers = answers()) {
      for (Map.Entry<String, SearchRequest> search : searches.entrySet()) {
        send(search.getKey(), GENERATION.id(), search.getValue());
      }
      send("generation", "G".repeat(1 << 20), valid);
      ask("the last", GENERATION.id(), 1);
      Map<String, List<SearchAnswered>> found = new HashMap<>();
      Await.until(
          "all are answered",
          () -> {
            for (ConsumerRecord<String, byte[]> record : answers.poll(Duration.ofMillis(50))) {
              found.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(answer(record));
            }
            return found.containsKey("the last")
                && found.containsKey("generation")
                && found.containsKey("q".repeat(256))
                && searches.keySet().stream()
                    .allMatch(id -> id.length() > 256 || found.containsKey(id));
          });
      found.forEach((id, all) -> assertEquals(1, all.size(), id));
      for (String id : List.of("k", "filter", "text", "cursor", "generation", "q".repeat(256))) {
        assertEquals(
            SearchErrorCode.BAD_REQUEST, found.get(id).getFirst().getError().getCode(), id);
      }
      for (String id : List.of("deadline 253402300799", "deadline 1790000000000", "the last")) {
        assertEquals(1, found.get(id).getFirst().getHitsCount(), id);
      }
      assertEquals(
          SearchErrorCode.DEADLINE_EXCEEDED,
          found.get("deadline -1").getFirst().getError().getCode());
    }
  }

  @Test
  void reportsAnAnswerThatIsTooLarge() throws Exception {
    try (var answers = answers()) {
      List<String> large = IntStream.range(0, 45).mapToObj(i -> "large" + i).toList();
      String token = "";
      for (String id : large) {
        ImageEmbedded image =
            Vectors.event(id, sketchVector("large"), "large").toBuilder()
                .setAttributes(
                    ImageAttributes.newBuilder().addTags("large").setTitle("x".repeat(100_000)))
                .build();
        token = put(id, 1, image.toByteArray());
      }
      body("large").post("/v1/search?k=1&after=" + token).then().statusCode(200);
      SearchRequest request =
          SearchRequest.newBuilder().setK(1000).setFilter("tag:large").setReplyPartition(2).build();
      send("too large", GENERATION.id(), request);
      SearchAnswered answer = awaitAnswer(answers, "too large");
      assertEquals(SearchErrorCode.BAD_REQUEST, answer.getError().getCode());
      assertTrue(answer.getError().getMessage().contains("fewer hits"));
      remove(1, large);
    }
  }

  private static SearchRequest deadline(SearchRequest request, long seconds) {
    return request.toBuilder().setDeadline(Timestamp.newBuilder().setSeconds(seconds)).build();
  }

  @Test
  void sendsInvalidSearchesToTheDeadLetterTopic() throws Exception {
    producer
        .send(
            new ProducerRecord<>(Topics.SKETCH_EMBEDDINGS.name(), "junk", new byte[] {1, 2, 3, 4}))
        .get();
    String topic = Topics.SKETCH_EMBEDDINGS.deadLetters().name();
    try (var letters =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", kafka, "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      letters.assign(List.of(new TopicPartition(topic, 0)));
      List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
      await(() -> {
        letters.poll(Duration.ofMillis(50)).forEach(found::add);
        return found.stream().anyMatch(letter -> letter.key().equals("junk"));
      });
      assertTrue(
          EventHeaders.text(found.getFirst().headers(), EventHeaders.REASON)
              .contains("not the expected event"));
    }
    body("sketch 2").post("/v1/search").then().statusCode(200);
  }

  private static KafkaConsumer<String, byte[]> answers() {
    var answers =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", kafka, "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    answers.assign(List.of(new TopicPartition(Topics.SEARCH_RESULTS.name(), 2)));
    return answers;
  }

  private static void ask(String queryId, String generation, int k) throws Exception {
    send(queryId, generation, SearchRequest.newBuilder().setK(k).setReplyPartition(2).build());
  }

  private static void send(String queryId, String generation, SearchRequest request)
      throws Exception {
    float[] vector = Vectors.clustered(new SplittableRandom(5), HashEmbedder.DIMENSION, 10);
    SketchEmbedded.Builder sketch =
        SketchEmbedded.newBuilder()
            .setQueryId(queryId)
            .setGeneration(generation)
            .setRequest(request);
    for (float x : vector) {
      sketch.addVector(x);
    }
    producer
        .send(
            new ProducerRecord<>(
                Topics.SKETCH_EMBEDDINGS.name(), null, sketch.build().toByteArray()))
        .get();
  }

  private static SearchAnswered awaitAnswer(KafkaConsumer<String, byte[]> answers, String queryId) {
    List<SearchAnswered> found = new ArrayList<>();
    await(() -> {
      answers
          .poll(Duration.ofMillis(50))
          .forEach(record -> {
            if (record.key().equals(queryId)) {
              found.add(answer(record));
            }
          });
      return !found.isEmpty();
    });
    return found.getFirst();
  }

  private static SearchAnswered answer(ConsumerRecord<String, byte[]> record) {
    return Topics.SEARCH_RESULTS
        .valueSerde()
        .deserializer()
        .deserialize(record.topic(), record.value());
  }

  @Test
  void reportsAMissingGeneration() throws Exception {
    try (var answers = answers()) {
      ask("gone", "elsewhere", 1);
      SearchAnswered answer = awaitAnswer(answers, "gone");
      assertEquals(SearchErrorCode.UNAVAILABLE, answer.getError().getCode());
    }
  }
}
