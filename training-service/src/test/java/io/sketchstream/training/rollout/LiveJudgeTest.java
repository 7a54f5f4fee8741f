package io.sketchstream.training.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.training.labels.LabelledQueries;
import io.sketchstream.training.labels.LabelledQueries.Query;
import io.sketchstream.training.labels.LabelledTopics;
import io.sketchstream.training.labels.TopicReader;
import io.sketchstream.training.rollout.Judge.Comparison;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Twenty labelled sketches of a class with two labelled images; the searches are played.
final class LiveJudgeTest {
  private static final int SKETCHES = 20;

  @TempDir static Path home;
  private static EmbeddedBroker broker;
  private static Map<String, Object> kafka;
  private final PlayedSearches searches = new PlayedSearches();

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(home.resolve("kafka"));
    kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (Admin admin = Admin.create(kafka)) {
      new TopicProvisioner(1, (short) 1).createPermanent(admin);
    }
    try (LabelledTopics topics = new LabelledTopics(kafka)) {
      topics.label("a", LabelledTopics.photo("cat-1", "cat"));
      topics.label("b", LabelledTopics.photo("cat-2", "cat"));
      topics.label("c", LabelledTopics.photo("dog-1", "dog"));
      for (int i = 0; i < SKETCHES; i++) {
        Sketch sketch =
            Sketch.newBuilder().setRaster(ByteString.copyFromUtf8("drawing " + i)).build();
        topics.label(
            "sketch-" + i, ExampleLabelled.newBuilder().setSketch(sketch).setClassName("cat"));
      }
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void comparesQueriesThatBothAnswer() throws Exception {
    Comparison.Measured measured = assertInstanceOf(Comparison.Measured.class, compare(1000));
    assertEquals(SKETCHES, measured.queries());
    assertEquals(1, measured.candidate());
    assertEquals((1 / 2.0 + 2 / 3.0) / 2, measured.reference(), 1e-9);
  }

  @Test
  void doesNotPassWhenLabelsCannotBeRead() throws Exception {
    Comparison.NotYet notYet = assertInstanceOf(Comparison.NotYet.class, compare(1));
    assertTrue(notYet.why().startsWith("the labels can't be read"), notYet.why());
  }

  @Test
  void doesNotPassWhenSearchesAreNotAnswered() throws Exception {
    searches.silent = Set.of("candidate", "reference");
    assertInstanceOf(Comparison.NotYet.class, compare(1000));
    assertEquals(6, searches.asked, "it gives up after three sketches");
    searches.followed = false;
    assertInstanceOf(Comparison.NotYet.class, compare(1000));
  }

  @Test
  void doesNotMeasureASilentCandidateByItsFewAnswers() throws Exception {
    searches.silent = Set.of("candidate");
    assertInstanceOf(Comparison.Unanswered.class, compare(1000));
    searches.silent = Set.of();
    searches.failEvery = 5;
    Comparison.Unanswered some = assertInstanceOf(Comparison.Unanswered.class, compare(1000));
    assertEquals("generation candidate leaves 4 of 20 searches without an answer", some.why());
  }

  @Test
  void doesNotHoldACandidateForASilentReference() throws Exception {
    searches.silent = Set.of("reference");
    assertInstanceOf(Comparison.NotNeeded.class, compare(1000));
  }

  private Comparison compare(int labelsMax) throws InterruptedException {
    LabelledQueries queries =
        new LabelledQueries(
            new TopicReader(kafka, "test-labels"), new LabelledQueries.Options(60, 1, labelsMax));
    return new LiveJudge(searches, queries, new RefusedImages(kafka))
        .compare(model("candidate"), model("reference"));
  }

  private static ModelChanged model(String generation) {
    return ModelChanged.newBuilder().setGeneration(generation).build();
  }

  /// The candidate ranks both cats first, the reference the dog before them.
  private static final class PlayedSearches implements LiveJudge.Searcher {
    private final Set<Query> answered = new HashSet<>();
    private Set<String> silent = Set.of();
    private int failEvery = Integer.MAX_VALUE;
    private boolean followed = true;
    private int asked;

    @Override
    public boolean areFollowed() {
      return followed;
    }

    @Override
    public Optional<SearchAnswered> search(Query query, Generation generation) {
      asked++;
      boolean candidate = generation.id().equals("candidate");
      if (candidate) {
        answered.add(query);
      }
      if (silent.contains(generation.id()) || (candidate && answered.size() % failEvery == 0)) {
        return Optional.empty();
      }
      SearchAnswered.Builder answer = SearchAnswered.newBuilder();
      for (String id :
          candidate
              ? new String[] {"unlabelled", "cat-1", "cat-2", "dog-1"}
              : new String[] {"dog-1", "cat-2", "cat-1"}) {
        answer.addHits(Hit.newBuilder().setImageId(id));
      }
      return Optional.of(answer.build());
    }

    @Override
    public OptionalDouble errorShare(long fromMillis, long toMillis) {
      return OptionalDouble.empty();
    }
  }
}
