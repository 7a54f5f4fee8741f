package io.sketchstream.query.index;

import static java.nio.charset.StandardCharsets.UTF_16BE;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.Instants;
import io.sketchstream.events.Texts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalDouble;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/// An embedded image as a Lucene document. The field names are the whole schema of a shard; what
/// filters and text search need is indexed here.
public final class ImageFields {
  /// The image id: a term, and a doc value to read it back.
  public static final String ID = "id";

  /// The unit vector and, as one more dimension, the hubness; see [io.sketchstream.score.Score].
  public static final String VECTOR = "vector";

  /// A hash of the vector and the id as a term, see [#vectorTerm]: images that score the same
  /// because they are the same are found by it in the order of their ids, however many they are.
  static final String SAME_VECTOR = "same-vector";

  /// The attributes as they came, in Protobuf; a doc value, since a hit needs all of them at once.
  static final String ATTRIBUTES = "attributes";

  /// When the image was ingested, in microseconds since 1970: a point, and a doc value.
  public static final String INGESTED = "ingested";

  /// Tags, see [#normalise].
  public static final String TAG = "tag";

  /// Further attributes as terms, see [#extraTerm].
  public static final String EXTRA = "extra";

  /// Further attributes that are numbers: points of name hash and value, see [#nameHash]. One field
  /// for all names, so that no client can make the schema grow.
  public static final String EXTRA_NUMBER = "extra-number";

  /// Words of title and tags.
  public static final String TEXT = "text";

  private ImageFields() {}

  static Document document(String imageId, float[] vector, ImageEmbedded image) {
    ImageAttributes attributes = image.getAttributes();
    Document document = new Document();
    document.add(new StringField(ID, imageId, Store.NO));
    document.add(new BinaryDocValuesField(ID, new BytesRef(imageId)));
    document.add(
        new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT));
    document.add(new StringField(SAME_VECTOR, vectorTerm(vector, imageId), Store.NO));
    document.add(new BinaryDocValuesField(ATTRIBUTES, new BytesRef(attributes.toByteArray())));
    long ingested = micros(image.getIngestedAt());
    document.add(new LongPoint(INGESTED, ingested));
    document.add(new NumericDocValuesField(INGESTED, ingested));
    for (String tag : attributes.getTagsList()) {
      document.add(new StringField(TAG, bounded(Texts.folded(tag)), Store.NO));
      document.add(new TextField(TEXT, Texts.folded(tag), Store.NO));
    }
    if (!attributes.getTitle().isEmpty()) {
      document.add(new TextField(TEXT, Texts.folded(attributes.getTitle()), Store.NO));
    }
    attributes.getExtraMap().forEach((name, value) -> addExtra(document, name, value));
    return document;
  }

  /// The term of a further attribute, in [#EXTRA].
  public static BytesRef extraTerm(String name, String value) {
    return bounded(Texts.composed(name) + "\0" + Texts.folded(value));
  }

  /// Where the numbers of one attribute lie in [#EXTRA_NUMBER]: 64-bit FNV-1a of its name.
  public static long nameHash(String name) {
    String composed = Texts.composed(name);
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < composed.length(); i++) {
      hash = (hash ^ composed.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /// The term of an image in [#SAME_VECTOR]: 64-bit FNV-1a of its vector, and its id in UTF-16, in
  /// which bytes have the order of strings.
  static BytesRef vectorTerm(float[] vector, String imageId) {
    long hash = 0xcbf29ce484222325L;
    for (float x : vector) {
      hash = (hash ^ Float.floatToIntBits(x)) * 0x100000001b3L;
      hash ^= hash >>> 32;
    }
    byte[] id = imageId.getBytes(UTF_16BE);
    byte[] term = new byte[Long.BYTES + id.length];
    NumericUtils.longToSortableBytes(hash, term, 0);
    System.arraycopy(id, 0, term, Long.BYTES, id.length);
    return new BytesRef(term);
  }

  /// The id in a term of [#SAME_VECTOR].
  static String imageId(BytesRef term) {
    return new String(term.bytes, term.offset + Long.BYTES, term.length - Long.BYTES, UTF_16BE);
  }

  /// The number in an attribute's value, if it is one.
  public static OptionalDouble number(String value) {
    try {
      double number = Double.parseDouble(value.strip());
      return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /// A tag as it is indexed.
  public static BytesRef tagTerm(String tag) {
    return bounded(Texts.folded(tag));
  }

  /// Microseconds since 1970.
  public static long micros(Timestamp time) {
    return micros(Instants.of(time));
  }

  static Timestamp timestamp(long micros) {
    return Instants.timestamp(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }

  /// A time of a filter in microseconds since 1970.
  public static long micros(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000L);
  }

  private static void addExtra(Document document, String name, String value) {
    document.add(new StringField(EXTRA, extraTerm(name, value), Store.NO));
    OptionalDouble number = number(value);
    if (number.isPresent()) {
      document.add(
          new LongPoint(
              EXTRA_NUMBER,
              nameHash(name),
              NumericUtils.doubleToSortableLong(number.getAsDouble())));
    }
  }

  /// Lucene refuses terms over 32,766 bytes; the first kilobyte distinguishes values well enough.
  private static BytesRef bounded(String text) {
    BytesRef bytes = new BytesRef(text);
    bytes.length = Math.min(bytes.length, 1024);
    return bytes;
  }
}
