package io.sketchstream.query.callers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.Distinction;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchError;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.StageTiming;
import io.sketchstream.events.TagCount;
import io.sketchstream.testing.HostileMessages;
import io.sketchstream.testing.HostileMessages.Row;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

/// Whatever a field of an answer holds, its caller gets it or a reason, and the loop goes on.
final class HostileAnswersTest {
  @Test
  void everyRecordIsAnAnswerOrHasAReason() {
    SearchAnswered example =
        SearchAnswered.newBuilder()
            .setQueryId("q")
            .setGeneration("g1")
            .addHits(
                Hit.newBuilder()
                    .setImageId("a")
                    .setScore(.5f)
                    .setAttributes(ImageAttributes.newBuilder().setTitle("t").putExtra("a", "b"))
                    .setIngestedAt(Timestamp.newBuilder().setSeconds(1)))
            .setShardsTotal(2)
            .setShardsAnswered(2)
            .setError(SearchError.newBuilder().setCode(SearchErrorCode.BAD_SKETCH).setMessage("m"))
            .addTimings(StageTiming.newBuilder().setStage("embed").setMicros(7))
            .setNext("next")
            .addFacets(TagCount.newBuilder().setTag("a").setCount(1))
            .setDistinction(Distinction.newBuilder().setDeviations(1).setSample(100))
            .build();
    int refused = 0;
    for (Row row : HostileMessages.of(example)) {
      try {
        SearchAnswered answer = AnswerLoop.read("q", record(row.bytes()), Instant.now());
        assertEquals("q", answer.getQueryId(), row.name());
      } catch (SerializationException _) {
        refused++;
      }
    }
    assertTrue(refused > 5, refused + " were refused");
  }

  @Test
  void anAnswerToAnotherQueryIsNone() {
    byte[] other = SearchAnswered.newBuilder().setQueryId("other").build().toByteArray();
    assertThrows(
        SerializationException.class, () -> AnswerLoop.read("q", record(other), Instant.now()));
  }

  private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
    return new ConsumerRecord<>("search-results", 0, 0, new byte[] {'q'}, value);
  }
}
