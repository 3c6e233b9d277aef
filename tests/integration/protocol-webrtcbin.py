#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""WHIP and WHEP with GStreamer's webrtcbin on the other side."""

from webrtcbin_client import Encoder, Player

from protocol_client import Server, crowd, main, until


def an_encoder_and_a_player_of_gstreamers_meet():
    with Server() as server:
        _, judge, observers = crowd(server)
        encoder = Encoder(server, judge).publish()
        player = Player(server, observers[0]).play()
        until(lambda: player.frames["audio"] >= 150 and player.frames["video"] >= 45,
              f"three seconds of sound and pictures: {player.frames}", 30)
        assert (encoder.state(), player.state()) == ("connected", "connected")
        player.close()
        encoder.close()


main([an_encoder_and_a_player_of_gstreamers_meet])
