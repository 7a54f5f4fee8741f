package io.sketchstream.shell.problem;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;

/// Puts [BareAnswers] into every HTTP connection. Neither Quarkus nor Vert.x has a place for it:
/// the handler of requests that can't be read is set before the server starts, by whoever makes it.
/// Netty looks for extensions where `io.netty.bootstrap.extensions` is `serviceload`, as it is in
/// `jvm.options`; without it, these answers have no body.
public final class ProblemChannels extends ChannelInitializerExtension {
  private static final BareAnswers BARE_ANSWERS = new BareAnswers();

  @Override
  public void postInitializeServerChildChannel(Channel channel) {
    channel.pipeline().addFirst("problems", BARE_ANSWERS);
  }
}
