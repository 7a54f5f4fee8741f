package io.sketchstream.trainer.train;

import io.sketchstream.trainer.data.Batch;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Training targets, fixed before training: class indices, unit vectors, answers of the teacher,
/// and distributions over prototypes. Immutable.
final class Supervision {
  /// Probability mass of a word's ImageNet classes in the answer for its drawings.
  private static final float WORD_CERTAINTY = .9f;

  /// Distance of a prototype from the mean feature, along its row of the classifier.
  private static final double PROTOTYPE_STEP = 10;

  /// An ImageNet class counts as shown by a class's sketches if the teacher gives it at least this
  /// mean probability on the class's photos, and all such classes together at least this much.
  private static final float SEEN_MIN = .08f;

  private static final float SEEN_TOGETHER_MIN = .25f;

  private final Initialization start;
  private final Optional<LinearMap> knowledge;
  private final TeacherTable teacher;
  private final List<String> classes;
  private final Map<String, Integer> classIndex = new HashMap<>();
  private final Map<String, Word> words = new HashMap<>();
  private final float[][] classMeans;
  private final int imageNetClasses;

  /// @param imageNetClasses number of prototypes that come from the classifier
  Supervision(TrainingInput input, Initialization start, int imageNetClasses) {
    this.start = start;
    this.imageNetClasses = imageNetClasses;
    knowledge = input.knowledge().map(Knowledge::map);
    teacher = knowledge.map(start::answers).orElse(input.teacher());
    classes = input.pictures().photoClasses();
    classes.forEach(label -> classIndex.put(label, classIndex.size()));
    input.words().forEach(word -> words.put(word.name(), word));
    classMeans =
        classes.stream()
            .map(label -> start.classMean(input.pictures().photos(label)))
            .toArray(float[][]::new);
  }

  /// The normalised mean of each class's photos in the initial state, row by row.
  float[] classMeans() {
    return flat(List.of(classMeans));
  }

  int[] labels(List<Example> examples) {
    return examples.stream().mapToInt(example -> classIndex.get(example.label())).toArray();
  }

  /// The head that predicts the teacher's answers from the initial embeddings: the one of the
  /// model, or one that is fitted.
  LinearMap preservationHead() {
    return knowledge.orElseGet(() -> Knowledge.fit(start.photos(), start.rows(), teacher));
  }

  /// For each photo its initial embedding, for each sketch the initial mean of its class's photos;
  /// unit vectors, row by row.
  float[] anchors(List<Example> examples) {
    return flat(
        examples.stream()
            .map(example ->
                example.domain() == Domain.PHOTO
                    ? start.unit(example)
                    : classMeans[classIndex.get(example.label())])
            .toList());
  }

  /// The teacher's answer for each of the first pictures of a batch, row by row: per photo, per
  /// class for sketches, by name for words. Unlabelled photos, which come last, have one if the
  /// teacher is the model's own knowledge.
  ///
  /// @param ofClasses whether photos also use the answer of their class
  float[] answers(Batch batch, boolean ofClasses) {
    List<float[]> rows = new ArrayList<>();
    batch.sketches().forEach(sketch -> rows.add(teacher.classMean(sketch.label())));
    batch
        .photos()
        .forEach(photo ->
            rows.add(ofClasses ? teacher.classMean(photo.label()) : teacher.answer(photo)));
    batch.wordDrawings().forEach(drawing -> rows.add(wordAnswer(words.get(drawing.label()))));
    if (knowledge.isPresent()) {
      batch.unlabelledPhotos().forEach(photo -> rows.add(teacher.answer(photo)));
    }
    return flat(rows);
  }

  /// Number of the teacher's classes.
  int answerWidth() {
    return teacher.width();
  }

  private float[] wordAnswer(Word word) {
    int width = teacher.width();
    float[] answer = new float[width];
    Arrays.fill(answer, (1 - WORD_CERTAINTY) / width);
    for (int index : word.imageNetClasses()) {
      answer[index] += WORD_CERTAINTY / word.imageNetClasses().size();
    }
    return answer;
  }

  /// Unit vectors row by row: the classes of ImageNet, then the classes with photos.
  float[] prototypes(LinearMap classifier) {
    List<float[]> rows = new ArrayList<>();
    int width = classifier.inputs();
    for (int c = 0; c < classifier.outputs(); c++) {
      float[] row = Arrays.copyOfRange(classifier.weight(), c * width, (c + 1) * width);
      rows.add(start.prototype(row, PROTOTYPE_STEP));
    }
    rows.addAll(List.of(classMeans));
    return flat(rows);
  }

  private int prototypeCount() {
    return imageNetClasses + classes.size();
  }

  /// The target distribution over the prototypes for each sketch and each drawing of a word, row by
  /// row. A sketch: half its class, half the teacher's answer for the class. A word: its ImageNet
  /// classes.
  float[] prototypeTargets(Batch batch) {
    List<float[]> rows = new ArrayList<>();
    batch.sketches().forEach(sketch -> rows.add(sketchTarget(sketch.label())));
    batch
        .wordDrawings()
        .forEach(drawing -> {
          List<Integer> indices = words.get(drawing.label()).imageNetClasses();
          float[] target = new float[prototypeCount()];
          indices.forEach(index -> target[index] = 1f / indices.size());
          rows.add(target);
        });
    return flat(rows);
  }

  private float[] sketchTarget(String label) {
    float[] target = new float[prototypeCount()];
    float[] seen = teacher.classMean(label);
    float together = 0;
    for (int i = 0; i < imageNetClasses; i++) {
      together += seen[i] > SEEN_MIN ? seen[i] : 0;
    }
    boolean counts = together > SEEN_TOGETHER_MIN;
    for (int i = 0; i < imageNetClasses && counts; i++) {
      target[i] = seen[i] > SEEN_MIN ? .5f * seen[i] / together : 0;
    }
    target[imageNetClasses + classIndex.get(label)] = counts ? .5f : 1;
    return target;
  }

  /// 1 where a prototype is ignored: a word is not separated from the class with the same meaning.
  float[] excludedPrototypes(Batch batch) {
    float[] excluded = new float[(batch.sketches().size() + batch.words()) * prototypeCount()];
    int row = batch.sketches().size();
    for (Example drawing : batch.wordDrawings()) {
      Optional<Integer> own = words.get(drawing.label()).concept().map(classIndex::get);
      if (own.isPresent()) {
        excluded[row * prototypeCount() + imageNetClasses + own.get()] = 1;
      }
      row++;
    }
    return excluded;
  }

  private static float[] flat(List<float[]> rows) {
    int width = rows.isEmpty() ? 0 : rows.getFirst().length;
    float[] flat = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, flat, i * width, width);
    }
    return flat;
  }
}
