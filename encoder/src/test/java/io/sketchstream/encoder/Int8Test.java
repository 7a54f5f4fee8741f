package io.sketchstream.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.CpuInstructions;
import io.sketchstream.encoder.network.FormulaWeights;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Precision;
import io.sketchstream.encoder.network.Quantization;
import io.sketchstream.encoder.network.TorchNetwork;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.images.PreparedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// int8 against fp32: the arithmetic, what is refused, and the model that ships on real photos.
final class Int8Test {
  private static final EncoderOptions INT8 =
      new EncoderOptions(EncoderOptions.Precision.INT8, 1, EncoderOptions.Device.CPU);
  private static final EncoderOptions FP32 = INT8.withPrecision(EncoderOptions.Precision.FP32);

  @TempDir private Path directory;

  private static List<PreparedImage> pictures(int size, int count) {
    return IntStream.range(0, count).mapToObj(i -> FormulaWeights.image(size, i)).toList();
  }

  private static Set<String> names(Network network) {
    return network.convolutions().stream()
        .map(convolution -> convolution.name())
        .collect(Collectors.toSet());
  }

  /// Every convolution in int8, sums and strides and depthwise ones included; and a mixture, in
  /// which bytes and floats meet at every second convolution.
  @ParameterizedTest
  @ValueSource(strings = {"mobilenet_v2", "efficientnet_lite0", "efficientnet_lite2", "resnet50"})
  void anInt8NetworkComputesNearlyWhatFp32Does(String name) throws Exception {
    Network network = Network.named(name);
    Weights weights = FormulaWeights.of(network, 32);
    List<PreparedImage> pictures = pictures(96, 9);
    Quantization none = TorchNetwork.observe(network, weights, pictures, _ -> {});
    List<String> all = new ArrayList<>(names(network).stream().sorted().toList());
    Set<String> half =
        IntStream.range(0, all.size())
            .filter(i -> i % 2 == 0)
            .mapToObj(all::get)
            .collect(Collectors.toSet());

    float[][] exact;
    try (TorchNetwork full = TorchNetwork.open(network, weights, Precision.FP32, Device.cpu())) {
      exact = full.forward(pictures);
    }
    for (Set<String> convolutions : List.of(Set.copyOf(all), half)) {
      try (TorchNetwork int8 = TorchNetwork.openInt8(network, weights, none.with(convolutions))) {
        Agreement agreement = Agreement.of(exact, int8.forward(pictures));
        assertTrue(agreement.cosine() > 0.97, name + ": " + agreement);
        // It is int8 indeed: nothing rounds like fp32.
        assertTrue(agreement.cosine() < 0.999999, name + ": " + agreement);
      }
    }
  }

  private ModelArtifact written() throws Exception {
    Network network = Network.named("mobilenet_v2");
    return ModelArtifact.write(
        directory.resolve("model"),
        network,
        FormulaWeights.of(network, 32),
        Weights.Storage.FP16,
        ModelInput.ofSize(64),
        new ModelManifest.Origin(1, "none", Map.of(), Map.of(), "none"));
  }

  private static Int8Calibration calibration(ModelArtifact model, double overlap) throws Exception {
    Quantization ranges =
        TorchNetwork.observe(model.network(), model.weights(), pictures(64, 2), _ -> {});
    return Int8Calibration.of(
        ranges.with(Set.of("features.18.0")), 100, new Agreement(0.999, overlap));
  }

  private static String refusal(ModelArtifact model) {
    return assertThrows(IllegalStateException.class, () -> TorchEncoder.open(model, INT8))
        .getMessage();
  }

  @Test
  void refusesAnUncalibratedModel() throws Exception {
    String message = refusal(written());
    assertTrue(message.contains("not calibrated for int8"), message);
  }

  @Test
  void refusesALowOverlapOnRealPicturesWithTheFigure() throws Exception {
    ModelArtifact model = written();
    String message = refusal(model.calibrated(calibration(model, 0.9)));
    assertTrue(message.contains("overlap 0.900"), message);
  }

  @Test
  void detectsRangesThatClipTooMuchAtStart() throws Exception {
    ModelArtifact model = written();
    Int8Calibration good = calibration(model, 1);
    var narrow = new TreeMap<>(good.ranges());
    narrow.replaceAll((_, range) -> List.of(range.get(0) / 100, range.get(1) / 100));
    List<String> all = names(model.network()).stream().sorted().toList();
    String message = refusal(model.calibrated(new Int8Calibration(narrow, all, 100, 1, 1)));
    assertTrue(message.contains("INT8 differs too much here"), message);
  }

  @Test
  void storesACalibrationWithoutChangingTheGeneration() throws Exception {
    ModelArtifact model = written();
    Int8Calibration calibration = calibration(model, 0.98);

    ModelArtifact calibrated = model.calibrated(calibration);

    assertEquals(calibration, calibrated.calibration().orElseThrow());
    assertEquals(model.generation(), calibrated.generation());
    assertEquals(calibrated.calibration(), ModelArtifact.load(model.directory()).calibration());
  }

  @Test
  void refusesACalibrationOfAnotherNetwork() throws Exception {
    ModelArtifact model = written();
    Int8Calibration good = calibration(model, 1);
    var alien = new Int8Calibration(good.ranges(), List.of("conv1"), 100, 1, 1);
    assertThrows(BrokenModelException.class, () -> model.calibrated(alien));
    var gone = new Int8Calibration(new TreeMap<>(), List.of(), 100, 1, 1);
    assertThrows(BrokenModelException.class, () -> model.calibrated(gone));
    var upsideDown = new TreeMap<>(good.ranges());
    upsideDown.put("features.18.0", List.of(1f, -1f));
    assertThrows(
        BrokenModelException.class,
        () -> model.calibrated(new Int8Calibration(upsideDown, List.of(), 100, 1, 1)));
  }

  @Test
  void calibratesAsManyConvolutionsAsAgree() throws Exception {
    ModelArtifact model = written();
    List<String> phases = new ArrayList<>();
    Int8Calibration found =
        Calibrator.calibrate(
                model, pictures(64, Calibrator.PICTURES_MIN), (what, _, _) -> phases.add(what))
            .orElseThrow();

    assertTrue(found.overlap() >= Agreement.OVERLAP_MIN, found.toString());
    assertTrue(!found.convolutions().isEmpty());
    assertTrue(phases.contains("try each convolution"));
    try (TorchEncoder encoder = TorchEncoder.open(model.calibrated(found), INT8)) {
      assertEquals(Precision.INT8, encoder.precision());
      serveManyAtOnce(encoder);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> Calibrator.calibrate(model, pictures(64, 39), (_, _, _) -> {}));
  }

  /// One lays the weights out; all get what one alone gets.
  private static void serveManyAtOnce(TorchEncoder encoder) throws Exception {
    List<PreparedImage> pictures = pictures(64, 4);
    List<Embedding> expected = encoder.encode(pictures);
    try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
      List<Future<List<Embedding>>> calls = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        calls.add(callers.submit(() -> encoder.encode(pictures)));
      }
      for (Future<List<Embedding>> call : calls) {
        assertEquals(expected, call.get());
      }
    }
  }

  /// Without VNNI and with one convolution in int8, a start does not even try.
  @Test
  void choosesInt8OnlyWhereItCanBeFaster() throws Exception {
    Assumptions.assumeFalse(CpuInstructions.haveVnni() || CpuInstructions.haveBf16());
    ModelArtifact model = written();
    ModelArtifact calibrated = model.calibrated(calibration(model, 1));
    EncoderOptions auto = INT8.withPrecision(EncoderOptions.Precision.AUTO);
    try (TorchEncoder encoder = TorchEncoder.open(calibrated, auto)) {
      assertEquals(Precision.FP32, encoder.precision());
    }
  }

  @Test
  void agreesForTheShippedModelOnUnseenPhotos() throws Exception {
    Path photos = Path.of(System.getProperty("project.root"), "../shared/data/photos");
    Assumptions.assumeTrue(
        Files.isDirectory(photos), () -> "skipped: " + photos + " is not on this machine");
    ModelArtifact model = DefaultModel.artifact();
    try (TorchEncoder exact = TorchEncoder.open(model, FP32);
        TorchEncoder int8 = TorchEncoder.open(model, INT8)) {
      List<PreparedImage> gallery = new ArrayList<>();
      for (String unseen : List.of("chicken", "guitar", "kangaroo", "pizza")) {
        for (Path file : first(photos.resolve(unseen), 20)) {
          gallery.add(exact.preprocessing().image(Files.readAllBytes(file)));
        }
      }
      Agreement agreement = Agreement.of(rows(exact, gallery), rows(int8, gallery));
      System.out.println("int8 on " + gallery.size() + " unseen photos: " + agreement);
      assertTrue(agreement.holds(), agreement.toString());
    }
  }

  private static List<Path> first(Path folder, int count) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted(Comparator.naturalOrder()).limit(count).toList();
    }
  }

  private static float[][] rows(TorchEncoder encoder, List<PreparedImage> pictures) {
    return encoder.encode(pictures).stream().map(Embedding::toArray).toArray(float[][]::new);
  }
}
