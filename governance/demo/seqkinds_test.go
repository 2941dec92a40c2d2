package demo_test

import (
	"strings"
	"testing"

	"mandate/governance/demo"
)

func (r *seqRig) alias(key int, of string, revoke bool) message {
	m := message{key: r.key(key), primary: "Alias", fields: aliasFields, domain: snapshotDomain(), values: map[string]any{
		"from": addressOf(r.key(key)), "alias": of, "timestamp": r.now.Unix()}}
	if revoke {
		m.primary = "RevokeAlias"
	}
	return m
}

func (r *seqRig) follow(key int, primary string) message {
	return message{key: r.key(key), primary: primary, fields: followFields, domain: snapshotDomain(), values: map[string]any{
		"from": addressOf(r.key(key)), "network": "s", "space": seqSpace, "timestamp": r.now.Unix()}}
}

func TestAlias(t *testing.T) {
	for gen, days := range map[demo.Generation]int64{demo.Old: 30, demo.Latest: 90} {
		r := newSeqRig(t, func(c *demo.Config) { c.Generation = gen })
		sub := addressOf(r.key(5))
		id := r.open("basic", 3)
		byAlias := r.vote(0, id, 1).with(func(m *message) { m.key = r.key(5) })
		r.refused(byAlias, "wrong alias")
		r.refused(r.alias(0, addressOf(r.key(0)), false), "alias cannot be the same as the address")
		r.accept(r.alias(0, sub, false))
		r.refused(r.alias(1, sub, false), "alias is already linked to another address")
		r.accept(byAlias)
		var got struct {
			Aliases []struct{ Address, Alias string }
			Votes   []struct{ Voter string }
		}
		r.ask(`{aliases(where:{address:"`+strings.ToLower(addressOf(r.key(0)))+`"}){address alias created} votes{voter}}`, &got)
		if len(got.Aliases) != 1 || got.Aliases[0].Alias != sub || len(got.Votes) != 1 || got.Votes[0].Voter != addressOf(r.key(0)) {
			t.Errorf("the hub shows %+v", got)
		}
		r.refused(r.alias(0, addressOf(r.key(6)), false).with(func(m *message) { m.key = r.key(5) }), "alias not allowed for the type: alias")
		r.refused(r.alias(1, sub, true), "alias does not exist")
		later := *r
		r.now = r.now.AddDate(0, 0, int(days)).Add(1e9)
		late := r.open("basic", 3)
		r.refused(r.vote(0, late, 1).with(func(m *message) { m.key = r.key(5) }), "wrong alias")
		r.now = later.now
		r.accept(r.alias(0, sub, true))
		r.refused(r.vote(0, id, 2).with(func(m *message) { m.key = r.key(5) }), "wrong alias")
		r.accept(r.alias(1, sub, false).set("timestamp", r.now.Unix()+1))
	}
}

func TestFollow(t *testing.T) {
	r := newSeqRig(t)
	r.refused(r.follow(0, "Unfollow"), "you can only unfollow a space you follow")
	r.refused(r.follow(0, "Follow").set("network", "s-tn"), "network s-tn is not allowed")
	r.accept(r.follow(0, "Follow"))
	r.refused(r.follow(0, "Follow").set("timestamp", r.now.Unix()+1), "you are already following this space")
	var got struct {
		Follows []struct{ Follower string }
	}
	r.ask(`{follows(where:{space:"`+seqSpace+`"}){follower}}`, &got)
	if len(got.Follows) != 1 || got.Follows[0].Follower != addressOf(r.key(0)) {
		t.Errorf("%+v", got)
	}
	r.accept(r.follow(0, "Unfollow"))
	r.ask(`{follows{follower}}`, &got)
	if len(got.Follows) != 0 {
		t.Errorf("%+v", got)
	}
}

func (r *seqRig) update(key int, id string) message {
	return message{key: r.key(key), primary: "UpdateProposal", fields: updateFields, domain: snapshotDomain(), values: map[string]any{
		"proposal": id, "from": addressOf(r.key(key)), "space": seqSpace, "timestamp": r.now.Unix(), "type": "basic", "title": "Changed",
		"body": "now so", "discussion": "", "choices": []string{"Against", "For"}, "labels": []string{}, "plugins": "{}", "privacy": ""}}
}

func (r *seqRig) cancel(key int, id string) message {
	return message{key: r.key(key), primary: "CancelProposal", fields: deleteFields, domain: snapshotDomain(), values: map[string]any{
		"from": addressOf(r.key(key)), "space": seqSpace, "timestamp": r.now.Unix(), "proposal": id}}
}

// Only the author changes a proposal, before its start; admins delete too, at
// any time.
func TestUpdateAndDelete(t *testing.T) {
	r := newSeqRig(t)
	soon := r.open("basic", 3, func(p *demo.Proposal) { p.Start = r.now.Unix() }) // the very second still allows it
	open := r.open("basic", 3)
	r.refused(r.update(1, soon), "Not the author")
	r.refused(r.update(8, open), "proposal already started")
	r.refused(r.update(8, demo.HashID("none")), "unknown proposal")
	r.refused(r.update(8, soon).set("choices", []string{"a", "b", "c", "d"}), "wrong choices for basic type voting")
	r.refused(r.update(8, soon).set("title", ""), "wrong proposal format")
	before, _ := r.world.Proposal(soon)
	r.accept(r.update(8, soon))
	after, _ := r.world.Proposal(soon)
	if after.Title != "Changed" || after.Choices[0] != "Against" || after.IPFS == before.IPFS || *after.Updated != r.now.Unix() {
		t.Errorf("%+v", after)
	}
	r.accept(r.vote(0, open, 1))
	r.refused(r.cancel(1, open), "not authorized to archive proposal")
	r.accept(r.cancel(9, open)) // an admin
	r.accept(r.cancel(8, soon))
	if n := len(r.world.Proposals()); n != 0 {
		t.Errorf("%d proposals left", n)
	}
	r.refused(r.vote(1, open, 1), "unknown proposal")
}

// A proposal that changes between two votes is counted by what it is now.
func TestEditBetweenVotes(t *testing.T) {
	r := newSeqRig(t)
	id := r.open("single-choice", 3)
	r.accept(r.vote(0, id, 3))
	r.world.Edit(id, func(p *demo.Proposal) { p.Choices = p.Choices[:2] })
	r.refused(r.vote(1, id, 3), "invalid choice")
	r.accept(r.vote(1, id, 2))
	if scores, total, votes := r.scores(id); !near(scores, []float64{0, 20}) || total != 30 || votes != 2 {
		t.Errorf("%v %v %d", scores, total, votes)
	}
	r.world.Delete(id)
	r.refused(r.vote(2, id, 1), "unknown proposal")
}
