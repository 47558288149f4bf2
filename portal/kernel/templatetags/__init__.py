"""What templates of every app call: tags and filters that know no business."""
