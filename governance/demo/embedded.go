package demo

func (w *World) loadEmbedded() error {
	now := w.cfg.Now().Unix()
	rows := Synthetic(12, 1)
	shift := now - rows[11].Created - 3*86400
	for i := range rows {
		rows[i].Created += shift
		rows[i].Start += shift
		rows[i].End += shift
		if i > 5 {
			rows[i].Created, rows[i].Start, rows[i].End = now-int64(86400*(13-i)), now-int64(86400*(12-i)), now+int64(3600*i)
		}
	}
	w.Add(rows...)
	return nil
}
