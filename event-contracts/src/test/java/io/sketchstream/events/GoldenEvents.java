package io.sketchstream.events;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.util.LinkedHashMap;
import java.util.Map;

/// Events that together set every field of every message.
final class GoldenEvents {
  static final Timestamp TIME =
      Timestamp.newBuilder().setSeconds(1_700_000_000L).setNanos(5).build();
  static final ImageAttributes ATTRIBUTES =
      ImageAttributes.newBuilder()
          .setUri("file:///a.jpg")
          .setTitle("Tench")
          .addTags("fish")
          .addTags("süß")
          .putExtra("place", "lake")
          .build();
  private static final SearchError ERROR =
      SearchError.newBuilder().setCode(SearchErrorCode.BAD_SKETCH).setMessage("empty").build();
  private static final StageTiming TIMING =
      StageTiming.newBuilder().setStage("encode").setMicros(8_125).build();
  private static final SearchRequest REQUEST =
      SearchRequest.newBuilder()
          .setK(10)
          .setFilter("tag:fish")
          .setText("tench")
          .setReplyPartition(3)
          .addAfter(ImagePosition.newBuilder().setPartition(1).setOffset(42))
          .setSubmittedAt(TIME)
          .setDeadline(TIME)
          .build();
  static final Sketch STROKES =
      Sketch.newBuilder()
          .setStrokes(
              Strokes.newBuilder()
                  .addStrokes(Stroke.newBuilder().addX(1).addX(2.5f).addY(3).addY(4)))
          .build();

  private GoldenEvents() {}

  /// By their names in `golden-bytes.properties`.
  static Map<String, Message> all() {
    Map<String, Message> events = new LinkedHashMap<>();
    addImages(events);
    addSearches(events);
    addSearchOptions(events);
    addLabelsAndModels(events);
    GoldenStandingQueries.add(events);
    return events;
  }

  private static void addImages(Map<String, Message> events) {
    events.put(
        "ImageIngested",
        ImageIngested.newBuilder()
            .setImageId("image-1")
            .setJpeg(ByteString.fromHex("ffd8ffd9"))
            .setAttributes(ATTRIBUTES)
            .setContentSha256(ByteString.fromHex("00ff"))
            .setIngestedAt(TIME)
            .setWidth(320)
            .setHeight(256)
            .build());
    events.put(
        "ImageEmbedded",
        ImageEmbedded.newBuilder()
            .setImageId("image-1")
            .addVector(0.6f)
            .addVector(-0.8f)
            .setAttributes(ATTRIBUTES)
            .setIngestedAt(TIME)
            .setSourcePartition(1)
            .setSourceOffset(1L << 40)
            .build());
    events.put("ImageEmbedded.hubness", ImageEmbedded.newBuilder().setHubness(0.2f).build());
  }

  private static void addSearches(Map<String, Message> events) {
    Sketch raster = Sketch.newBuilder().setRaster(ByteString.fromHex("89504e47")).build();
    events.put("SketchSubmitted.strokes", submitted(STROKES));
    events.put("SketchSubmitted.raster", submitted(raster));
    events.put(
        "SketchSubmitted.generation",
        SketchSubmitted.newBuilder()
            .setRequest(SearchRequest.newBuilder().setGeneration("g2"))
            .build());
    events.put(
        "SketchEmbedded",
        SketchEmbedded.newBuilder()
            .setQueryId("query-1")
            .setGeneration("g1")
            .addVector(1)
            .addVector(0)
            .setError(ERROR)
            .setRequest(REQUEST)
            .addTimings(TIMING)
            .build());
    events.put(
        "SearchAnswered",
        SearchAnswered.newBuilder()
            .setQueryId("query-1")
            .setGeneration("g1")
            .addHits(
                Hit.newBuilder()
                    .setImageId("image-1")
                    .setScore(0.75f)
                    .setAttributes(ATTRIBUTES)
                    .setIngestedAt(TIME))
            .setShardsTotal(2)
            .setShardsAnswered(1)
            .setError(ERROR)
            .addTimings(TIMING)
            .build());
  }

  private static void addSearchOptions(Map<String, Message> events) {
    events.put("ImageIngested.former", ImageIngested.newBuilder().setFormerOffset(42).build());
    events.put(
        "ImageEmbedded.pixels",
        ImageEmbedded.newBuilder().setPixels(ByteString.copyFromUtf8("pixels")).build());
    events.put(
        "SketchSubmitted.page",
        SketchSubmitted.newBuilder()
            .setQueryId("query-1")
            .setRequest(
                SearchRequest.newBuilder().setComplete(true).setSearchAfter("cursor").setFacets(5))
            .build());
    events.put(
        "SketchSubmitted.expand",
        SketchSubmitted.newBuilder()
            .setRequest(SearchRequest.newBuilder().setExpand(Expand.EXPAND_ON))
            .build());
    events.put(
        "SketchSubmitted.collapse",
        SketchSubmitted.newBuilder()
            .setRequest(SearchRequest.newBuilder().setCollapse(true))
            .build());
    events.put(
        "SketchSubmitted.feedback",
        SketchSubmitted.newBuilder()
            .setRequest(
                SearchRequest.newBuilder().addLike("image-1").addUnlike("image-2").setPhoto(true))
            .build());
    events.put(
        "SearchAnswered.distinction",
        SearchAnswered.newBuilder()
            .setDistinction(
                Distinction.newBuilder().setDeviations(2.5f).setNothingFits(true).setSample(3))
            .build());
    events.put(
        "SearchAnswered.duplicates",
        SearchAnswered.newBuilder().addHits(Hit.newBuilder().setDuplicates(2)).build());
    events.put(
        "SearchAnswered.page",
        SearchAnswered.newBuilder()
            .setNext("cursor")
            .addFacets(TagCount.newBuilder().setTag("tench").setCount(3))
            .build());
  }

  private static void addLabelsAndModels(Map<String, Message> events) {
    events.put("ExampleLabelled.image", labelled().setImageId("image-1").build());
    events.put("ExampleLabelled.sketch", labelled().setSketch(STROKES).build());
    events.put(
        "ModelChanged",
        ModelChanged.newBuilder()
            .setGeneration("g1")
            .setState(ModelState.ACTIVE)
            .setArtifactUri("file:///models/g1")
            .setArtifactSha256("ab")
            .setNetwork("compact")
            .setDimension(512)
            .putMetrics("map", 0.5)
            .setReason("first")
            .setChangedAt(TIME)
            .setEpoch(7)
            .build());
    events.put("ExampleLabelled.wrong", labelled().setImageId("image-1").setWrong(true).build());
    events.put(
        "ModelChanged.origin",
        ModelChanged.newBuilder().setGeneration("g1").setOrigin(ModelOrigin.TRAINED).build());
    events.put(
        "TrainingRunChanged",
        TrainingRunChanged.newBuilder()
            .setRunId("run-1")
            .setState(TrainingRunState.NOT_BETTER)
            .setPhase("train")
            .setPhaseDone(3)
            .setPhaseTotal(160)
            .putLosses("total", 1.5)
            .setImagesPerSecond(40)
            .setEtaSeconds(90.5)
            .setBaseGeneration("g1")
            .setGeneration("g2")
            .putMetrics("difference.mAP", -0.5)
            .setTrigger("asked for")
            .setReason("worse")
            .setStartedAt(TIME)
            .setChangedAt(TIME)
            .addSnapshot(
                TopicEnd.newBuilder().setTopic("labels").setPartition(1).setOffset(1L << 40))
            .putOverrides("iterations", "3")
            .setRestarts(2)
            .build());
    events.put(
        "ModelChanged.paused",
        ModelChanged.newBuilder()
            .setGeneration("g2")
            .setState(ModelState.BACKFILLING)
            .setPaused(true)
            .build());
    events.put("ModelChanged.probation", ModelChanged.newBuilder().setProbation(true).build());
    events.put("ModelChanged.deleted", ModelChanged.newBuilder().setArtifactDeleted(true).build());
    events.put("ModelChanged.registered", ModelChanged.newBuilder().setRegisteredAt(TIME).build());
    events.put("ModelChanged.heldOut", ModelChanged.newBuilder().setHeldOutShare(0.2).build());
  }

  private static SketchSubmitted submitted(Sketch sketch) {
    return SketchSubmitted.newBuilder()
        .setQueryId("query-1")
        .setSketch(sketch)
        .setRequest(REQUEST)
        .build();
  }

  private static ExampleLabelled.Builder labelled() {
    return ExampleLabelled.newBuilder()
        .setLabelId("label-1")
        .setClassName("tench")
        .setLabelledBy("eve")
        .setLabelledAt(TIME);
  }
}
