package io.sketchstream.shell.problem;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/// Gives a problem to the answers that the HTTP server makes before any route: a request line or
/// headers that are too long or can't be read, a version that it does not speak. They have neither
/// a body nor the headers that every routed answer has.
///
/// **Threads:** the event loop of each connection.
@Sharable
final class BareAnswers extends ChannelOutboundHandlerAdapter {
  private static final String NO_SNIFF = "X-Content-Type-Options";

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof FullHttpResponse answer && isBare(answer)) {
      int status = answer.status().code();
      answer.release();
      context.write(problem(status), promise);
    } else {
      context.write(message, promise);
    }
  }

  private static boolean isBare(FullHttpResponse answer) {
    return answer.status().code() >= 400
        && !answer.headers().contains(NO_SNIFF)
        && !answer.headers().contains(HttpHeaderNames.CONTENT_TYPE)
        && !answer.content().isReadable();
  }

  private static FullHttpResponse problem(int status) {
    Problem problem = Problem.of(status, detail(status));
    byte[] text = problem.text().getBytes(UTF_8);
    FullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status, problem.title()),
            Unpooled.wrappedBuffer(text));
    answer
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .set(HttpHeaderNames.CONTENT_LENGTH, text.length)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .set(NO_SNIFF, "nosniff");
    return answer;
  }

  private static String detail(int status) {
    return switch (status) {
      case 400 -> "the request is not HTTP that can be read";
      case 414 -> "the path with its parameters is longer than is accepted";
      case 431 -> "the headers are larger than is accepted";
      case 501, 505 -> "this version or part of HTTP is not supported";
      default -> "the request can't be taken";
    };
  }
}
