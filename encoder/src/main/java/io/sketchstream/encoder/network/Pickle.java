package io.sketchstream.encoder.network;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Writes the pickle of a TorchScript archive: objects of the archive's own classes that hold
/// tensors, numbers and further objects. Pickles are never read.
final class Pickle {
  /// An object of a TorchScript class.
  record ScriptObject(String className, SequencedMap<String, Object> attributes) {}

  /// A tensor attribute.
  record TensorAttribute(Tensor tensor, boolean requiresGradient) {}

  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Tensor> storages = new ArrayList<>();

  /// The constants of an archive without constants.
  static byte[] emptyTuple() {
    return EMPTY_TUPLE.clone();
  }

  byte[] write(ScriptObject root) {
    out.write(0x80);
    out.write(2);
    value(root);
    out.write('.');
    return out.toByteArray();
  }

  /// The tensors written so far; the index of each is the name of its storage.
  List<Tensor> storages() {
    return storages;
  }

  private void value(Object value) {
    switch (value) {
      case null -> out.write('N');
      case ScriptObject object -> object(object);
      case TensorAttribute tensor -> tensor(tensor);
      case Boolean flag -> flag(flag);
      case Integer number -> integer(number);
      case Double number -> floating(number);
      default -> throw new IllegalArgumentException("a " + value.getClass() + " in a pickle");
    }
  }

  private void object(ScriptObject object) {
    global("__torch__", object.className());
    out.write(')'); // empty tuple
    out.write(0x81); // new object
    out.write('}'); // empty dictionary
    out.write('('); // mark
    for (Map.Entry<String, Object> attribute : object.attributes().entrySet()) {
      string(attribute.getKey());
      value(attribute.getValue());
    }
    out.write('u'); // set the items since the mark
    out.write('b'); // build
  }

  private void tensor(TensorAttribute attribute) {
    Tensor tensor = attribute.tensor();
    global("torch._utils", "_rebuild_tensor_v2");
    out.write('(');
    out.write('(');
    string("storage");
    global("torch", "FloatStorage");
    string(Integer.toString(storages.size()));
    string("cpu");
    integer(tensor.values().length);
    out.write('t'); // tuple since the mark
    out.write('Q'); // persistent id
    integer(0); // offset in the storage
    integers(tensor.shape());
    integers(strides(tensor.shape()));
    flag(attribute.requiresGradient());
    global("collections", "OrderedDict");
    out.write(')');
    out.write('R'); // call
    out.write('t');
    out.write('R');
    storages.add(tensor);
  }

  private static List<Integer> strides(List<Integer> shape) {
    List<Integer> strides = new ArrayList<>();
    int stride = 1;
    for (int extent : shape.reversed()) {
      strides.addFirst(stride);
      stride *= extent;
    }
    return strides;
  }

  private void integers(List<Integer> numbers) {
    out.write('(');
    numbers.forEach(this::integer);
    out.write('t');
  }

  private void global(String module, String name) {
    out.write('c');
    out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    out.writeBytes(littleEndian(bytes.length));
    out.writeBytes(bytes);
  }

  private void integer(int number) {
    out.write('J');
    out.writeBytes(littleEndian(number));
  }

  private void floating(double number) {
    out.write('G');
    out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(number).array());
  }

  private void flag(boolean flag) {
    out.write(flag ? 0x88 : 0x89);
  }

  private static byte[] littleEndian(int number) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array();
  }
}
