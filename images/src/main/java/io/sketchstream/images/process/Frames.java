package io.sketchstream.images.process;

import io.sketchstream.images.RefusedImageException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;

/// The format of jobs and answers on the pipes between a service and its decoder process. Both ends
/// are of the same build.
final class Frames {
  private static final int PIXELS = 0;
  private static final int REFUSED = 1;
  private static final int BROKEN = 2;
  private static final int PARAMETERS_MAX = 16;

  private Frames() {}

  /// The answer of a decoder process.
  ///
  /// @param spent whether the process must be replaced because it ran out of memory
  record Answer(BufferedImage image, String refusal, String failure, boolean spent) {
    BufferedImage imageOrRefusal() throws RefusedImageException {
      if (failure != null) {
        throw new DecoderUnavailableException("the decoder process does not work: " + failure);
      }
      if (refusal != null) {
        throw new RefusedImageException(refusal);
      }
      return image;
    }
  }

  static void writeJob(DataOutputStream out, DecoderJob job, Duration timeout) throws IOException {
    out.writeUTF(job.task().getName());
    out.writeLong(timeout.toMillis());
    out.writeInt(job.parameters().length);
    for (int parameter : job.parameters()) {
      out.writeInt(parameter);
    }
    out.writeInt(job.file().length);
    out.write(job.file());
    out.flush();
  }

  static int[] readParameters(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > PARAMETERS_MAX) {
      throw new IOException("an impossible number of parameters");
    }
    int[] parameters = new int[count];
    for (int i = 0; i < count; i++) {
      parameters[i] = in.readInt();
    }
    return parameters;
  }

  static byte[] readBytes(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  static void writeImage(DataOutputStream out, BufferedImage image) throws IOException {
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    out.writeByte(PIXELS);
    out.writeInt(image.getWidth());
    out.writeInt(image.getHeight());
    out.write(bgr, 0, image.getWidth() * image.getHeight() * 3);
    out.flush();
  }

  static void writeRefusal(DataOutputStream out, String reason, boolean spent) throws IOException {
    out.writeByte(REFUSED);
    out.writeBoolean(spent);
    out.writeUTF(reason.length() > 1000 ? reason.substring(0, 1000) : reason);
    out.flush();
  }

  static void writeFailure(DataOutputStream out, String reason) throws IOException {
    out.writeByte(BROKEN);
    out.writeUTF(reason);
    out.flush();
  }

  static Answer readAnswer(DataInputStream in) throws IOException {
    return switch (in.readByte()) {
      case PIXELS -> {
        BufferedImage image =
            new BufferedImage(in.readInt(), in.readInt(), BufferedImage.TYPE_3BYTE_BGR);
        in.readFully(((DataBufferByte) image.getRaster().getDataBuffer()).getData());
        yield new Answer(image, null, null, false);
      }
      case REFUSED -> {
        boolean spent = in.readBoolean();
        yield new Answer(null, in.readUTF(), null, spent);
      }
      case BROKEN -> new Answer(null, null, in.readUTF(), true);
      default -> throw new IOException("the decoder process sent an unknown reply");
    };
  }
}
