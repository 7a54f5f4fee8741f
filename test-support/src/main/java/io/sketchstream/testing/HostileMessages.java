package io.sketchstream.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// A table of hostile records, generated from the descriptor of a Protobuf message: every field of
/// a valid example, at every depth, takes every hostile value of its type, one at a time. Beside
/// them stand bytes that are no such message, and messages with fields that nobody knows. Whoever
/// reads a topic runs all of them against its reader: each is refused or bounded, and the record
/// after it is read.
///
/// ```java
/// @ParameterizedTest
/// @MethodSource("hostile")
/// void goesOnAfter(HostileMessages.Row row) { ... send(row.bytes()); ... }
///
/// static List<HostileMessages.Row> hostile() {
///   return HostileMessages.of(aValidSketch());
/// }
/// ```
public final class HostileMessages {
  private static final int LARGE_SIZE = 1 << 20;
  private static final int REPEATED_COUNT = 20_000;
  private static final int DEPTH_MAX = 5;
  private static final int UNKNOWN_ENUM_NUMBER = 99;
  private static final int UNKNOWN_FIELD_NUMBER = 18_000;

  /// One hostile record.
  ///
  /// @param name field and value, such as `request.deadline.seconds = 9223372036854775807`
  /// @param bytes of the record; null for a tombstone
  public record Row(String name, byte[] bytes) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Row row && name.equals(row.name) && Arrays.equals(bytes, row.bytes);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private HostileMessages() {}

  /// All rows of a message.
  ///
  /// @param example valid, with every field set that matters: only messages that are set are
  ///   entered
  public static List<Row> of(Message example) {
    List<Row> rows = new ArrayList<>();
    byte[] valid = example.toByteArray();
    rows.add(new Row("null", null));
    rows.add(new Row("no bytes", new byte[0]));
    rows.add(new Row("bytes that are no message", new byte[] {(byte) 0xff, 1, 2}));
    rows.add(new Row("cut off", Arrays.copyOf(valid, valid.length - 1)));
    vary(example, "", DEPTH_MAX, (name, message) -> rows.add(new Row(name, message.toByteArray())));
    return rows;
  }

  private interface Sink {
    void add(String name, Message message);
  }

  private static void vary(Message example, String prefix, int depth, Sink sink) {
    sink.add(prefix + "an unknown field of a megabyte", withUnknownField(example));
    for (FieldDescriptor field : example.getDescriptorForType().getFields()) {
      String name = prefix + field.getName();
      if (!field.isRepeated()) {
        sink.add(name + " absent", example.toBuilder().clearField(field).build());
      }
      if (field.isMapField()) {
        varyMap(example, field, name, sink);
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        varyMessage(example, field, name, depth, sink);
      } else {
        varyScalar(example, field, name, sink);
      }
    }
  }

  /// A reader that copies a message, rather than its fields, copies this as well.
  private static Message withUnknownField(Message example) {
    return example.toBuilder()
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(
                    UNKNOWN_FIELD_NUMBER,
                    UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(ByteString.copyFrom(new byte[LARGE_SIZE]))
                        .build())
                .build())
        .build();
  }

  private static void varyScalar(Message example, FieldDescriptor field, String name, Sink sink) {
    for (Value value : values(field)) {
      Message.Builder hostile = example.toBuilder();
      if (field.isRepeated()) {
        hostile.addRepeatedField(field, value.value());
      } else {
        hostile.setField(field, value.value());
      }
      sink.add(name + " = " + value.name(), hostile.build());
    }
    if (field.isRepeated()) {
      sink.add(name + " empty", example.toBuilder().clearField(field).build());
      Message.Builder many = example.toBuilder();
      Object value = values(field).getFirst().value();
      for (int i = 0; i < REPEATED_COUNT; i++) {
        many.addRepeatedField(field, value);
      }
      sink.add(name + " x " + REPEATED_COUNT, many.build());
    }
  }

  private static void varyMessage(
      Message example, FieldDescriptor field, String name, int depth, Sink sink) {
    if (field.isRepeated()) {
      sink.add(name + " empty", example.toBuilder().clearField(field).build());
      Message part =
          example.getRepeatedFieldCount(field) > 0
              ? (Message) example.getRepeatedField(field, 0)
              : example.toBuilder().newBuilderForField(field).build();
      Message.Builder many = example.toBuilder();
      for (int i = 0; i < REPEATED_COUNT; i++) {
        many.addRepeatedField(field, part);
      }
      sink.add(name + " x " + REPEATED_COUNT, many.build());
      vary(
          part,
          name + "[].",
          depth - 1,
          (inner, message) ->
              sink.add(inner, example.toBuilder().addRepeatedField(field, message).build()));
    } else {
      Message empty = example.toBuilder().newBuilderForField(field).build();
      sink.add(name + " empty", example.toBuilder().setField(field, empty).build());
      if (depth > 0 && example.hasField(field)) {
        vary(
            (Message) example.getField(field),
            name + ".",
            depth - 1,
            (inner, message) ->
                sink.add(inner, example.toBuilder().setField(field, message).build()));
      }
    }
  }

  private static void varyMap(Message example, FieldDescriptor field, String name, Sink sink) {
    FieldDescriptor key = field.getMessageType().findFieldByName("key");
    FieldDescriptor value = field.getMessageType().findFieldByName("value");
    sink.add(name + " empty", example.toBuilder().clearField(field).build());
    for (Value hostile : values(key)) {
      sink.add(
          name + " key = " + hostile.name(),
          entry(
              example,
              field,
              entry -> entry.setField(key, hostile.value()).setField(value, ordinary(value))));
    }
    for (Value hostile : values(value)) {
      sink.add(
          name + " value = " + hostile.name(),
          entry(
              example,
              field,
              entry -> entry.setField(key, ordinary(key)).setField(value, hostile.value())));
    }
  }

  private static Message entry(
      Message example, FieldDescriptor field, Consumer<Message.Builder> fill) {
    Message.Builder entry = example.toBuilder().newBuilderForField(field);
    fill.accept(entry);
    return example.toBuilder().addRepeatedField(field, entry.build()).build();
  }

  private static Object ordinary(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.STRING ? "a" : field.getDefaultValue();
  }

  private record Value(String name, Object value) {
    static Value of(Object value) {
      return new Value(String.valueOf(value), value);
    }
  }

  private static List<Value> values(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT -> List.of(Value.of(-1), Value.of(Integer.MIN_VALUE), Value.of(Integer.MAX_VALUE));
      case LONG ->
          List.of(
              Value.of(-1L),
              Value.of(Long.MIN_VALUE),
              Value.of(Long.MAX_VALUE),
              Value.of(13_569_465_600L), // The year 2400, or of a clock in milliseconds.
              Value.of(1_800_000_000_000L));
      case FLOAT ->
          List.of(
              Value.of(Float.NaN),
              Value.of(Float.POSITIVE_INFINITY),
              Value.of(Float.NEGATIVE_INFINITY),
              Value.of(Float.MAX_VALUE),
              Value.of(Float.MIN_VALUE));
      case DOUBLE ->
          List.of(
              Value.of(Double.NaN),
              Value.of(Double.POSITIVE_INFINITY),
              Value.of(Double.NEGATIVE_INFINITY),
              Value.of(Double.MAX_VALUE),
              Value.of(-1.0));
      case BOOLEAN -> List.of(Value.of(true), Value.of(false));
      case STRING ->
          List.of(
              new Value("empty", ""),
              new Value("a megabyte", "x".repeat(LARGE_SIZE)),
              new Value("control characters", "\u0000\u0007\u001b[2J\r\n"),
              new Value("a path", "../../etc/passwd\u0000.jpg"),
              new Value("brackets", "(".repeat(10_000)),
              new Value("right to left", "\u202e\ufeff\u0301"));
      case BYTE_STRING ->
          List.of(
              new Value("empty", ByteString.EMPTY),
              new Value("100 bytes", ByteString.copyFrom(new byte[100])),
              new Value("a megabyte", ByteString.copyFrom(new byte[LARGE_SIZE])));
      case ENUM -> {
        List<Value> values = new ArrayList<>();
        for (EnumValueDescriptor value : field.getEnumType().getValues()) {
          values.add(Value.of(value));
        }
        values.add(
            new Value(
                "of a newer release",
                field.getEnumType().findValueByNumberCreatingIfUnknown(UNKNOWN_ENUM_NUMBER)));
        yield values;
      }
      case MESSAGE -> throw new IllegalArgumentException(field + " is a message");
    };
  }
}
