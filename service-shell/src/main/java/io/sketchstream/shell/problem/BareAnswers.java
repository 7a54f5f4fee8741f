package io.sketchstream.shell.problem;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Gives a problem to the answers that the HTTP server makes before any route: a request line or
/// headers that are too long or can't be read, a version that it does not speak. They have no body
/// and no header but its length, other than routed answers, and end their connection. It works on
/// the bytes, as the server sets up its encoder with the first request.
///
/// **Threads:** the event loop of each connection.
@Sharable
final class BareAnswers extends ChannelOutboundHandlerAdapter {
  private static final Pattern BARE =
      Pattern.compile(
          "HTTP/1\\.\\d ([45]\\d\\d)[^\\r]*\\r\\n(?:(?:content-length: 0|connection: close)\\r\\n)*\\r\\n",
          Pattern.CASE_INSENSITIVE);
  private static final int SIZE_MAX = 200;
  private static final int STATUS_AT = 9;

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    int status = message instanceof ByteBuf bytes ? bareStatus(bytes) : 0;
    if (status == 0) {
      context.write(message, promise);
      return;
    }
    ((ByteBuf) message).release();
    context
        .write(Unpooled.copiedBuffer(answer(status), UTF_8), promise.unvoid())
        .addListener(ChannelFutureListener.CLOSE);
  }

  /// @return the status of an answer that has nothing else; 0 for anything else
  private static int bareStatus(ByteBuf bytes) {
    int size = bytes.readableBytes();
    int start = bytes.readerIndex();
    if (size <= STATUS_AT
        || size > SIZE_MAX
        || bytes.getByte(start) != 'H'
        || bytes.getByte(start + STATUS_AT) < '4') {
      return 0;
    }
    Matcher bare = BARE.matcher(bytes.toString(US_ASCII));
    return bare.matches() ? Integer.parseInt(bare.group(1)) : 0;
  }

  private static String answer(int status) {
    Problem problem = Problem.of(status, detail(status));
    String text = problem.text();
    return """
    HTTP/1.1 %d %s\r
    content-type: %s\r
    content-length: %d\r
    cache-control: no-store\r
    x-content-type-options: nosniff\r
    connection: close\r
    \r
    %s\
    """
        .formatted(status, problem.title(), Problem.MEDIA_TYPE, text.getBytes(UTF_8).length, text);
  }

  static String detail(int status) {
    return switch (status) {
      case 400 -> "the request is not valid HTTP";
      case 414 -> "the path and its parameters are too long";
      case 431 -> "the headers are too large";
      case 501, 505 -> "this version or part of HTTP is not supported";
      default -> "the request can't be handled";
    };
  }
}
